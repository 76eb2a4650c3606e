namespace Aspire.Hosting.Execution.Processes;

/// <summary>All that it takes to start one process.</summary>
/// <param name="Command">An absolute path.</param>
internal sealed record LaunchSpec(
    string Command, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment);
