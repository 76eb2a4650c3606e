namespace MoviesNow.Telemetry.Cmcd;

/// <summary>A part of a report that could not be used.</summary>
/// <param name="Line">The report in its body, from 1.</param>
/// <param name="Column">Where the part begins, from 1: a character of the decoded text, a byte of JSON; 0 when it is about the whole.</param>
/// <param name="Key">The key; empty when it is about none.</param>
/// <param name="Requirement">What it must be. It repeats nothing of what was sent.</param>
internal sealed record CmcdProblem(int Line, int Column, string Key, string Requirement);
