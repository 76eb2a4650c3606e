using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Cli.Tests.Telemetry;

public sealed class ViewerCommandTests(TelemetryHost host) : IClassFixture<TelemetryHost>
{
    private readonly string _viewer = $"viewer-{Guid.CreateVersion7()}";

    [Fact]
    public async Task Export_OfAViewer_PrintsSessionsAndEventsAsJsonLines()
    {
        var session = await WatchAsync();

        var lines = (await host.Cli().OutputAsync("viewer", "export", _viewer)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var items = lines.Select(JsonParser.Default.Parse<ExportViewerDataResponse>).ToList();
        Assert.Equal(
            [ExportViewerDataResponse.ItemOneofCase.Session, ExportViewerDataResponse.ItemOneofCase.Events, ExportViewerDataResponse.ItemOneofCase.RejectedEvent],
            items.Select(item => item.ItemCase));
        Assert.Equal((session, _viewer), (items[0].Session.Session.Id, items[0].Session.Session.Viewer));
    }

    [Fact]
    public async Task Erase_OfAViewer_AsksAndLeavesNothing()
    {
        await WatchAsync();

        var declined = await host.Cli("n\n").RunAsync("viewer", "erase", _viewer);
        var unasked = await host.Cli().RunAsync("viewer", "erase", _viewer);
        var kept = await host.Cli().OutputAsync("viewer", "export", _viewer);
        var confirmed = await host.Cli("y\n").RunAsync("viewer", "erase", _viewer, "--json");

        Assert.Equal((1, ""), (declined.ExitCode, declined.Output));
        Assert.Contains("Nothing was erased.", declined.Errors, StringComparison.Ordinal);
        Assert.Contains("say --yes", unasked.Errors, StringComparison.Ordinal);
        Assert.NotEqual("", kept);
        Assert.Equal(2, JsonParser.Default.Parse<EraseViewerDataResponse>(confirmed.Output).EventCount);
        Assert.Equal("", await host.Cli().OutputAsync("viewer", "export", _viewer));
    }

    [Fact]
    public async Task Rejected_ListedAndReplayed_TellsWhatIsRejectedAgain()
    {
        var session = await WatchAsync();

        var listed = Assert.Single(await host.Cli().ManyAsync<RejectedEvent>("rejected", "list", "--session", session));
        var table = await host.Cli().OutputAsync("rejected", "list", "--session", session, "--reason", "SEQUENCE_OUT_OF_RANGE");
        var replayed = await host.Cli().RunAsync("rejected", "replay", "--session", session, "--json");
        var nothing = await host.Cli().RunAsync("rejected", "replay", "--session", session, "--reason", "TYPE_UNKNOWN");

        Assert.Equal("SEQUENCE_OUT_OF_RANGE", listed.Reason);
        Assert.Contains(listed.Id, table, StringComparison.Ordinal);
        Assert.Equal(1, replayed.ExitCode);
        Assert.Equal(new ReplayRejectedEventsResponse { RejectedCount = 1 }, JsonParser.Default.Parse<ReplayRejectedEventsResponse>(replayed.Output));
        Assert.Equal(0, nothing.ExitCode);
    }

    private async Task<string> WatchAsync()
    {
        var session = await host.StartSessionAsync(_viewer);
        var now = Timestamp.FromDateTime(DateTime.UtcNow);
        await host.Collector.AppendEventsAsync(new()
        {
            SessionId = session,
            Events = { new PlaybackEvent { Sequence = 1, Type = EventType.Play, ClientTime = now }, new PlaybackEvent { Type = EventType.Heartbeat, ClientTime = now } },
        });
        return session;
    }
}
