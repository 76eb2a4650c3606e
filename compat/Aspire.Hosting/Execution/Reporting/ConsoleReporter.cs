using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Execution.Reporting;

/// <summary>Tells people what happens, one aligned line for each change; a program that has no console gets them in its log.</summary>
internal sealed class ConsoleReporter(
    ExecutionOptions options, DistributedApplicationModel model, TimeProvider time, ILogger<ConsoleReporter> logger)
{
    private const int StateWidth = 10;
    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private readonly Palette _palette = Palette.For(options.Console && !Console.IsOutputRedirected);
    private int _nameWidth;

    public void Banner(string text) => Write(_palette.Strong(text), text);

    /// <summary>One line about one resource.</summary>
    public void Line(string resource, string state, string? detail = null, Tone tone = Tone.Plain)
    {
        var width = NameWidth();
        var seconds = time.GetElapsedTime(_start).TotalSeconds;
        Write(
            $"{_palette.Dim($"{seconds,6:0.0}s")}  {_palette.Strong(resource.PadRight(width))}  {_palette.Paint(tone, state.PadRight(StateWidth))}  {detail}"
                .TrimEnd(),
            $"{resource} {state} {detail}".TrimEnd(),
            tone == Tone.Bad ? LogLevel.Warning : LogLevel.Information);
    }

    public void Failure(string title, string body, bool fatal)
    {
        var indented = string.Join(Environment.NewLine, body.Split(Environment.NewLine).Select(l => $"  {l}"));
        Write(
            $"{Environment.NewLine}{_palette.Paint(Tone.Bad, title)}{Environment.NewLine}{indented}{Environment.NewLine}",
            $"{title}{Environment.NewLine}{indented}",
            fatal ? LogLevel.Critical : LogLevel.Error);
    }

    /// <summary>The exit code of this process tells of the failure, unless the process is a test's.</summary>
    public void MarkProcessFailed()
    {
        if (options.Console)
            Environment.ExitCode = 1;
    }

    private void Write(string shown, string logged, LogLevel level = LogLevel.Information)
    {
        if (!options.Console)
        {
            logger.Log(level, "{Line}", logged);
            return;
        }

        lock (_lock)
            Console.Out.WriteLine(shown);
    }

    // Resources may still be added while the application starts.
    private int NameWidth() => _nameWidth = Math.Max(
        _nameWidth,
        model.Resources.Select(r => r.Name.Length + (r.GetReplicaCount() > 1 ? 2 : 0)).DefaultIfEmpty().Max());
}
