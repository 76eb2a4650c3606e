using Spectre.Console;

namespace MoviesNow.Cli;

/// <summary>Consoles on the streams of a command.</summary>
internal static class Consoles
{
    private const int UnbrokenWidth = 4_096;

    /// <summary>Whether somebody reads it, rather than a program.</summary>
    public static bool IsTerminal(TextWriter writer) => new AnsiConsoleOutput(writer).IsTerminal;

    /// <summary>With colours and lines of the terminal's width on a terminal; plain elsewhere, where the reader breaks lines himself.</summary>
    public static IAnsiConsole On(TextWriter writer)
    {
        var output = new AnsiConsoleOutput(writer);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = output, Ansi = output.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No });
        if (!output.IsTerminal)
        {
            console.Profile.Width = UnbrokenWidth;
        }

        return console;
    }
}
