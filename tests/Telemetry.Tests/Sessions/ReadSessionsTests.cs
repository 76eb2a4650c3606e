using Google.Protobuf.WellKnownTypes;
using MoviesNow.Common.V1;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Sessions;

public sealed class ReadSessionsTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private static readonly Timestamp MinTime = new() { Seconds = -62_135_596_800 };
    private static readonly Timestamp MaxTime = new() { Seconds = 253_402_300_799, Nanos = 999_999_999 };

    private readonly TelemetryHost _host = shared.Host;
    private readonly string _title = Guid.CreateVersion7().ToString();

    public static TheoryData<string, Action<ListSessionsRequest>> BadFields => new()
    {
        { "page_size", request => request.PageSize = -1 },
        { "title_id", request => request.TitleId = "42" },
        { "viewer", request => request.Viewer = new string('a', 257) },
        { "state", request => request.State = (SessionState)99 },
        { "from", request => request.From = new Timestamp { Nanos = -1 } },
        { "until", request => request.Until = new Timestamp { Seconds = long.MaxValue } },
        { "until", request => (request.From, request.Until) = (Noon.ToTimestamp(), Noon.ToTimestamp()) },
    };

    [Theory]
    [InlineData("")]
    [InlineData("42")]
    public async Task GetSession_MalformedId_NamesTheField(string id) =>
        await RpcAssert.FailsOnFieldsAsync(["session_id"], () => _host.GetSessionAsync(id));

    [Theory]
    [InlineData("0198c0de-7a5b-7c3d-8e9f-0123456789ab")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff")]
    public async Task GetSession_Unknown_IsNotFound(string id)
    {
        await RpcAssert.FailsAsync(ErrorReason.SessionNotFound, () => _host.GetSessionAsync(id));
        await RpcAssert.FailsAsync(ErrorReason.SessionNotFound, () => _host.ListEventsAsync(id));
    }

    [Fact]
    public async Task ListSessions_Pages_GoFromNewestToOldestWithoutGaps()
    {
        var started = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            started.Add((await StartAsync()).SessionId);
        }

        var request = new ListSessionsRequest { PageSize = 3, TitleId = _title };
        var pages = new List<int>();
        var listed = new List<PlaybackSession>();
        do
        {
            var page = await _host.As(Identity.Admin).ListSessionsAsync(request);
            pages.Add(page.Sessions.Count);
            listed.AddRange(page.Sessions);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal([3, 3, 1], pages);
        Assert.Equal(started.OrderDescending(StringComparer.Ordinal), listed.Select(session => session.Id));
        Assert.Equal(await _host.GetSessionAsync(listed[0].Id), listed[0]);
    }

    [Fact]
    public async Task ListSessions_EachFilter_ShowsWhatFits()
    {
        var playing = await StartAsync();
        await _host.StartSessionAsync();
        await _host.As(null).AppendEventsAsync(Append(playing, Event(1, EventType.Play)));
        var someoneElse = await _host.As(Identity.Admin).StartSessionAsync(new() { Content = new() { TitleId = _title } });

        Assert.Equal([someoneElse.SessionId, playing.SessionId], await ListAsync(_ => { }));
        Assert.Equal([playing.SessionId], await ListAsync(request => request.Viewer = Identity.Viewer.Subject));
        Assert.Equal([playing.SessionId], await ListAsync(request => request.State = SessionState.Playing));
        Assert.Equal([someoneElse.SessionId], await ListAsync(request => request.State = SessionState.Initiated));
        Assert.Empty(await ListAsync(request => (request.Viewer, request.State) = (Identity.Viewer.Subject, SessionState.Paused)));
    }

    [Fact]
    public async Task ListSessions_TimeRange_IncludesFromAndExcludesUntil()
    {
        var session = await StartAsync();
        var start = session.StartTime.ToDateTimeOffset();

        Assert.Equal([session.SessionId], await ListAsync(request => request.From = start.ToTimestamp()));
        Assert.Empty(await ListAsync(request => request.From = start.AddTicks(10).ToTimestamp()));
        Assert.Empty(await ListAsync(request => request.Until = start.ToTimestamp()));
        Assert.Equal([session.SessionId], await ListAsync(request => request.Until = start.AddTicks(10).ToTimestamp()));
        Assert.Equal([session.SessionId], await ListAsync(request => (request.From, request.Until) = (MinTime, MaxTime)));
    }

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task ListSessions_BadField_NamesIt(string field, Action<ListSessionsRequest> change) =>
        await RpcAssert.FailsOnFieldsAsync([field], () => ListAsync(change));

    [Fact]
    public async Task ListSessions_PageToken_IsBoundToTheFilter()
    {
        await StartAsync();
        await StartAsync();
        var token = (await _host.As(Identity.Admin).ListSessionsAsync(new() { PageSize = 1, TitleId = _title })).NextPageToken;

        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, () => ListAsync(request => (request.PageToken, request.Viewer) = (token, "x")));
        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, () => ListAsync(request => request.PageToken = "garbage"));
        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, () => ListAsync(request => request.PageToken = token[..^3]));
    }

    [Fact]
    public async Task ListEvents_Pages_GoBySequence()
    {
        var session = await _host.StartSessionAsync();
        await _host.As(null).AppendEventsAsync(Append(session, Event(30), Event(10), Event(20)));
        var client = _host.As(Identity.Admin);

        var first = await client.ListEventsAsync(new() { SessionId = session.SessionId, PageSize = 2 });
        var second = await client.ListEventsAsync(new() { SessionId = session.SessionId, PageSize = 2, PageToken = first.NextPageToken });

        Assert.Equal([10, 20], first.Events.Select(e => e.Sequence));
        Assert.Equal([30], second.Events.Select(e => e.Sequence));
        Assert.Empty(second.NextPageToken);
        var other = await _host.StartSessionAsync();
        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, async () =>
            await client.ListEventsAsync(new() { SessionId = other.SessionId, PageToken = first.NextPageToken }));
        Assert.Empty((await client.ListEventsAsync(new() { SessionId = other.SessionId })).Events);
    }

    [Fact]
    public async Task ListEvents_PageSizes_AreDefaultedAndCoerced()
    {
        var session = await _host.StartSessionAsync();
        for (var batch = 0; batch < 3; batch++)
        {
            await _host.As(null).AppendEventsAsync(Append(session, Enumerable.Range(batch * 500 + 1, 500).Select(i => Event(i))));
        }

        Assert.Equal(200, (await PageAsync(0)).Count);
        Assert.Equal(1_000, (await PageAsync(5_000)).Count);
        await RpcAssert.FailsOnFieldsAsync(["page_size"], () => PageAsync(-1));

        async Task<IReadOnlyList<PlaybackEvent>> PageAsync(int size) =>
            (await _host.As(Identity.Service).ListEventsAsync(new() { SessionId = session.SessionId, PageSize = size })).Events;
    }

    private Task<StartSessionResponse> StartAsync() => _host.StartSessionAsync(request => request.Content.TitleId = _title);

    private async Task<IEnumerable<string>> ListAsync(Action<ListSessionsRequest> change)
    {
        var request = new ListSessionsRequest { TitleId = _title };
        change(request);
        return (await _host.As(Identity.Admin).ListSessionsAsync(request)).Sessions.Select(session => session.Id);
    }
}
