namespace Aspire.Hosting.Execution.Reporting;

internal enum Tone
{
    Plain,
    Good,
    Busy,
    Bad,
}

/// <summary>Colours for a terminal that wants them (https://no-color.org), and none otherwise.</summary>
internal sealed class Palette
{
    private readonly bool _enabled;

    private Palette(bool enabled) => _enabled = enabled;

    public static Palette For(bool terminal) => new(
        terminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb");

    public string Dim(string text) => Wrap("2", text);

    public string Strong(string text) => Wrap("1", text);

    public string Paint(Tone tone, string text) => tone switch
    {
        Tone.Good => Wrap("32", text),
        Tone.Busy => Wrap("33", text),
        Tone.Bad => Wrap("1;31", text),
        _ => text,
    };

    private string Wrap(string code, string text) => _enabled ? $"\e[{code}m{text}\e[0m" : text;
}
