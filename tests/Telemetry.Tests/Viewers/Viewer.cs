using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Viewers;

/// <summary>A viewer of whom nothing is known yet.</summary>
internal sealed class Viewer(TelemetryHost host)
{
    public Identity Identity { get; } = new($"viewer-{Guid.CreateVersion7()}", [], []);

    public ViewerService.ViewerServiceClient Client => new(host.Invoker(Identity));

    public async Task<StartSessionResponse> StartAsync(string title, string episode) =>
        await host.As(Identity).StartSessionAsync(new() { Content = new() { TitleId = title, EpisodeId = episode } });

    public async Task AppendAsync(StartSessionResponse session, params PlaybackEvent[] events) => await host.As(null).AppendEventsAsync(Append(session, events));

    /// <summary>A whole session.</summary>
    public async Task<StartSessionResponse> WatchAsync(string title, string episode, long stopAt, bool complete = false)
    {
        var session = await StartAsync(title, episode);
        await AppendAsync(session, Event(1, EventType.Play), Event(2, complete ? EventType.Complete : EventType.Heartbeat, e => e.PositionMs = stopAt));
        return session;
    }

    public async Task<List<WatchPosition>> ListAsync(int pageSize = 0)
    {
        var request = new ListContinueWatchingRequest { PageSize = pageSize };
        var all = new List<WatchPosition>();
        do
        {
            var page = await Client.ListContinueWatchingAsync(request);
            all.AddRange(page.Positions);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }
}
