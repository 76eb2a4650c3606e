using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Errors;
using Spectre.Console;

namespace MoviesNow.Cli.Catalog;

/// <summary>Shows an import: a bar on a terminal, a line now and then elsewhere; then what it did.</summary>
internal sealed class ImportConsole(IAnsiConsole console, bool asJson)
{
    private const int LogWidth = 500;
    private const int ShownRejections = 10;
    private const int MaxShown = 120;

    public static ImportConsole Create(bool asJson)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect });
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = LogWidth;
        }

        return new ImportConsole(console, asJson);
    }

    public async Task<Import> WatchAsync(ImportSource source, Func<IImportProgress, Task<Import>> run)
    {
        if (asJson || !console.Profile.Capabilities.Interactive)
        {
            return await run(new ImportLines(source, Console.Error));
        }

        return await console.Progress().AutoClear(enabled: true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => run(new ImportBar(source, context.AddTask(Markup.Escape(source.Name), maxValue: source.Length))));
    }

    public async Task TellAsync(Import import, RejectionReport report, CancellationToken cancellationToken)
    {
        if (asJson)
        {
            await Console.Out.WriteLineAsync(JsonFormatter.Default.Format(import));
            return;
        }

        console.Write(new Table().Border(TableBorder.Minimal).AddColumns("created", "updated", "unchanged", "skipped", "rejected")
            .AddRow([.. new[] { import.CreatedCount, import.UpdatedCount, import.UnchangedCount, import.SkippedCount, import.RejectedCount }
                .Select(count => count.ToString("N0", CultureInfo.InvariantCulture))]));
        console.MarkupLineInterpolated($"[grey]Import {import.Id}, {import.CommittedLines:N0} lines; --again begins again with this file.[/]");
        if (import.RejectedCount == 0)
        {
            return;
        }

        var table = new Table().Border(TableBorder.Minimal).AddColumns("line", "reason", "text");
        foreach (var rejection in await report.FirstAsync(ShownRejections, cancellationToken))
        {
            var reasons = string.Join("; ", rejection.Violations.Select(violation => $"{violation.Field} {violation.Reason}".Trim()));
            table.AddRow(
                rejection.Line.ToString("N0", CultureInfo.InvariantCulture), Markup.Escape(PrintableText.Of(reasons, MaxShown)),
                Markup.Escape(PrintableText.Of(rejection.Excerpt, MaxShown)));
        }

        console.Write(table);
        if (import.RejectedCount > ShownRejections)
        {
            console.MarkupLineInterpolated($"The first {ShownRejections} of {import.RejectedCount:N0} rejected lines; --rejected writes all to a file.");
        }
    }

    /// <summary>How many lines a second were committed since this program began to look.</summary>
    private sealed class Rate
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private long _first = -1;

        public double Of(Import import)
        {
            if (_first < 0)
            {
                _first = import.CommittedLines;
                _clock.Restart();
            }

            return (import.CommittedLines - _first) / Math.Max(_clock.Elapsed.TotalSeconds, 0.001);
        }
    }

    // Of a packed file only what was read of it tells how far it is; batches follow at most seconds later.
    private sealed class ImportBar(ImportSource source, ProgressTask task) : IImportProgress
    {
        private readonly Rate _rate = new();

        public void Committed(Import import)
        {
            task.Description = Markup.Escape($"{source.Name}: {import.CommittedLines:N0} lines, {_rate.Of(import):N0}/s, {import.RejectedCount:N0} rejected");
            if (!source.IsCompressed)
            {
                task.Value = import.CommittedBytes;
            }
        }

        public void Read(long bytes)
        {
            if (source.IsCompressed)
            {
                task.Value = bytes;
            }
        }
    }

    private sealed class ImportLines(ImportSource source, TextWriter output) : IImportProgress
    {
        private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

        private readonly Rate _rate = new();
        private readonly Stopwatch _sinceLine = Stopwatch.StartNew();
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private long _firstByte = -1;
        private long _read;

        public void Committed(Import import)
        {
            var rate = _rate.Of(import);
            var done = source.IsCompressed ? _read : import.CommittedBytes;
            _firstByte = _firstByte < 0 ? done : _firstByte;
            if (_sinceLine.Elapsed < Interval)
            {
                return;
            }

            _sinceLine.Restart();
            var left = done > _firstByte ? _clock.Elapsed * ((source.Length - done) / (double)(done - _firstByte)) : TimeSpan.Zero;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{import.CommittedLines:N0} lines, {(double)done / source.Length:P0}, {rate:N0} lines/s, {import.RejectedCount:N0} rejected, {left.TotalSeconds:N0} s left"));
        }

        public void Read(long bytes) => _read = bytes;
    }
}
