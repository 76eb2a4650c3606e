using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace MoviesNow.Cli.Telemetry;

/// <summary>Shows how far a log is read: a line now and then on the error stream; then what became of it.</summary>
internal sealed class IngestConsole(InvocationConfiguration streams, bool asJson)
{
    private const int Shown = 20;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _told;

    public void Progress(IngestTotal total)
    {
        if (_clock.Elapsed - _told < Interval)
        {
            return;
        }

        _told = _clock.Elapsed;
        streams.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{total.Lines:N0} lines, {total.AcceptedCount:N0} new, {total.DuplicateCount:N0} known, {total.BadCount + total.RejectedCount:N0} not usable, {total.Lines / _clock.Elapsed.TotalSeconds:N0} lines/s"));
    }

    public void Tell(IngestTotal total)
    {
        if (asJson)
        {
            streams.Output.WriteLine(JsonSerializer.Serialize(total, JsonSerializerOptions.Web));
            return;
        }

        var console = Consoles.On(streams.Output);
        console.Write(new Table().Border(TableBorder.Minimal).AddColumns("lines", "without CMCD", "accepted", "duplicate", "rejected", "bad lines")
            .AddRow([.. new[] { total.Lines, total.WithoutCmcd, total.AcceptedCount, total.DuplicateCount, total.RejectedCount, total.BadCount }
                .Select(count => count.ToString("N0", CultureInfo.InvariantCulture))]));
        foreach (var bad in total.Bad.Take(Shown))
        {
            console.MarkupLineInterpolated($"line {bad.Line:N0}: {bad.Problem}");
        }

        if (total.BadCount + total.RejectedCount > Shown)
        {
            console.MarkupLineInterpolated($"The first {Math.Min(Shown, total.Bad.Count)} of {total.BadCount + total.RejectedCount:N0}; --json tells {IngestTotal.MaxTold:N0}.");
        }
    }
}
