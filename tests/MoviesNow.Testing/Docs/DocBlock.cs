using System.Text.RegularExpressions;

namespace MoviesNow.Testing.Docs;

/// <summary>A fenced block of a page, or a comment <c>setup</c>. <c>docs/README.md</c> states the convention.</summary>
/// <param name="Line">Line of its first text, from 1.</param>
/// <param name="Info">What follows the fence: the language and how commands are tested.</param>
/// <param name="Text">The text inside.</param>
public sealed partial record DocBlock(int Line, string Info, string Text)
{
    /// <summary>The language of commands.</summary>
    public const string Shell = "sh";

    /// <summary>What a setup comment has instead of an info string.</summary>
    public const string Setup = "setup";

    /// <summary>The info string of what the commands before print.</summary>
    public const string Output = "text output";

    /// <summary>The language; empty when the block names none.</summary>
    public string Language => Info.Split(' ')[0];

    /// <summary>The file that runs these commands, instead of the test of pages.</summary>
    public string? TestedBy => Attribute("test");

    /// <summary>Why these commands cannot run here.</summary>
    public string? SkippedBecause => Attribute("skip");

    /// <summary>Whether the test of pages runs it.</summary>
    public bool IsRun => Language is Setup || (Language is Shell && TestedBy is null && SkippedBecause is null);

    /// <summary>Whether it shows what the commands before it print.</summary>
    public bool IsOutput => string.Equals(Info, Output, StringComparison.Ordinal);

    /// <summary>What is wrong with how the block is marked; null when nothing is.</summary>
    public string? Problem => Language switch
    {
        "" => "names no language: sh for commands, text for what is none",
        "bash" or "shell" or "console" or "zsh" => "holds commands: its language is sh",
        Shell when !ShellInfo().IsMatch(Info) => "has an info string other than sh, sh test=\"…\" or sh skip=\"…\"",
        Shell when TestedBy is { } file && !File.Exists(Path.Combine(DocPage.Repository, file)) => $"is tested by {file}, which there is not",
        Shell when SkippedBecause is { Length: < 10 } => "does not say why it is not run",
        Shell when IsRun && Text.Contains('…', StringComparison.Ordinal) => "cannot run with a … in it: use a shell variable",
        _ => null,
    };

    private string? Attribute(string name) => AttributePattern().Matches(Info)
        .FirstOrDefault(match => string.Equals(match.Groups["name"].Value, name, StringComparison.Ordinal))?.Groups["value"].Value;

    [GeneratedRegex("""^sh( (test|skip)="[^"]+")?$""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ShellInfo();

    [GeneratedRegex(@"(?<name>[a-z]+)=""(?<value>[^""]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex AttributePattern();
}
