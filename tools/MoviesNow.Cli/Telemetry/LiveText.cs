using System.Globalization;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Telemetry.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MoviesNow.Cli.Telemetry;

/// <summary>A live measurement for people: as a screen, or as a line.</summary>
internal static class LiveText
{
    private const int MaxId = 64;
    private const int BarWidth = 40;

    /// <summary>On one line, such as <c>2026-11-27 20:15:00Z 1,234 viewers, startup 0.9 s (p95 2.1 s), rebuffering 0.31 %, …</c>.</summary>
    public static string Line(WatchLiveResponse live) =>
        string.Create(CultureInfo.InvariantCulture, $"{Time(live)} {live.ConcurrentViewers:N0} viewers, ")
        + string.Join(", ", Facts(live.Metrics).Select(fact => $"{fact.Name} {fact.Value}"));

    public static IRenderable Screen(WatchLiveResponse live)
    {
        var facts = new Grid().AddColumn(new GridColumn { NoWrap = true }).AddColumn();
        facts.AddRow(new Markup("[bold]viewers[/]"), new Markup(string.Create(CultureInfo.InvariantCulture, $"[bold green]{live.ConcurrentViewers:N0}[/]")));
        foreach (var (name, value) in Facts(live.Metrics))
        {
            facts.AddRow(new Text(name), new Text(value));
        }

        var titles = new BarChart { Width = BarWidth + MaxId };
        foreach (var title in live.Titles)
        {
            titles.AddItem(Markup.Escape(PrintableText.Of(title.TitleId, MaxId)), title.ConcurrentViewers, Color.Green);
        }

        return new Rows(
            new Text(Time(live)), facts, new Text("quality of the last five minutes; titles with most viewers:"), live.Titles.Count > 0 ? titles : new Text("none"));
    }

    private static IEnumerable<(string Name, string Value)> Facts(QoeMetrics metrics) =>
    [
        ("startup", string.Create(
            CultureInfo.InvariantCulture, $"{metrics.StartupTimeP50Ms / 1_000.0:N1} s (p95 {metrics.StartupTimeP95Ms / 1_000.0:N1} s)")),
        ("rebuffering", string.Create(CultureInfo.InvariantCulture, $"{metrics.RebufferRatio * 100:N2} %")),
        ("bitrate", string.Create(CultureInfo.InvariantCulture, $"{metrics.AverageBitrateBps / 1e6:N1} Mbit/s")),
        ("starts", string.Create(CultureInfo.InvariantCulture, $"{metrics.StartCount:N0} of {metrics.SessionCount:N0}")),
        ("exits before start", metrics.ExitsBeforeStart.ToString("N0", CultureInfo.InvariantCulture)),
        ("failures", (metrics.StartFailures + metrics.PlaybackFailures).ToString("N0", CultureInfo.InvariantCulture)),
    ];

    private static string Time(WatchLiveResponse live) =>
        (live.Time?.ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch).ToString("u", CultureInfo.InvariantCulture);
}
