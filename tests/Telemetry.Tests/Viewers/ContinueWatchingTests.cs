using MoviesNow.Common.V1;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Viewers;

public sealed class ContinueWatchingTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TelemetryHost _host = shared.Host;

    [Fact]
    public async Task ListContinueWatching_SeveralTitles_TellsWhereTheViewerStoppedNewestFirst()
    {
        var viewer = new Viewer(_host);
        var (film, series) = (Id(), Id());
        var (first, second) = (Id(), Id());
        await viewer.WatchAsync(film, "", 10_000);
        await viewer.WatchAsync(series, first, 20_000, complete: true);
        await viewer.WatchAsync(series, second, 30_000);
        await viewer.WatchAsync(film, "", 5_000);

        var positions = await viewer.ListAsync();

        Assert.Equal(
            [(film, "", 5_000L, false), (series, second, 30_000L, false), (series, first, 20_000L, true)],
            positions.Select(p => (p.TitleId, p.EpisodeId, p.PositionMs, p.IsCompleted)));
        Assert.Equal(positions.Select(p => p.WatchTime).OrderDescending(), positions.Select(p => p.WatchTime));
    }

    [Fact]
    public async Task ListContinueWatching_SeekBack_TellsThePositionOfTheLastEvent()
    {
        var viewer = new Viewer(_host);
        var session = await viewer.StartAsync(Id(), "");
        await viewer.AppendAsync(
            session, Event(1, EventType.Play), Event(2, change: e => e.PositionMs = 600_000), Event(3, EventType.Seek, e => (e.FromPositionMs, e.PositionMs) = (610_000, 60_000)));

        Assert.Equal(60_000, Assert.Single(await viewer.ListAsync()).PositionMs);
    }

    [Fact]
    public async Task ListContinueWatching_NothingSeen_ListsNothing()
    {
        var viewer = new Viewer(_host);
        var session = await viewer.StartAsync(Id(), "");
        await viewer.AppendAsync(session, Event(1));

        Assert.Empty(await viewer.ListAsync());
    }

    [Fact]
    public async Task ListContinueWatching_PageByPage_ListsEachOnce()
    {
        var viewer = new Viewer(_host);
        var titles = Enumerable.Range(0, 7).Select(_ => Id()).ToList();
        foreach (var title in titles)
        {
            await viewer.WatchAsync(title, "", 1_000);
        }

        Assert.Equal(titles.AsEnumerable().Reverse(), (await viewer.ListAsync(pageSize: 3)).Select(p => p.TitleId));
    }

    [Fact]
    public async Task ListContinueWatching_OfAnotherViewerOrNobody_ShowsNothingOfOthers()
    {
        var (viewer, other) = (new Viewer(_host), new Viewer(_host));
        await viewer.WatchAsync(Id(), "", 1_000);
        await _host.As(null).AppendEventsAsync(Append(await _host.StartSessionAsync(), Event(1, EventType.Play)));

        Assert.Empty(await other.ListAsync());
        await RpcAssert.FailsAsync(ErrorReason.Unauthenticated, () => new ViewerService.ViewerServiceClient(_host.Invoker(null)).ListContinueWatchingAsync(new()).ResponseAsync);
    }

    [Fact]
    public async Task ListContinueWatching_MalformedRequest_IsRefused()
    {
        var viewer = new Viewer(_host);
        await RpcAssert.FailsOnFieldsAsync(["page_size"], () => viewer.Client.ListContinueWatchingAsync(new() { PageSize = -1 }).ResponseAsync);
        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, () => viewer.Client.ListContinueWatchingAsync(new() { PageToken = "bm8" }).ResponseAsync);
    }

    private static string Id() => Guid.CreateVersion7().ToString();
}
