using Google.Protobuf;
using MoviesNow.Common.V1;
using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Events;

public sealed class AppendEventsTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TelemetryHost _host = shared.Host;

    [Fact]
    public async Task AppendEvents_WholeSession_IsReadBackFromTheDatabase()
    {
        var session = await _host.StartSessionAsync();
        PlaybackEvent[] events =
        [
            Event(1, EventType.Play, e => (e.VariantId, e.BitrateBps) = (Guid.CreateVersion7().ToString(), 4_500_000)),
            Event(2, EventType.BufferingStart),
            Event(3, EventType.BufferingEnd),
            Event(4, EventType.Seek, e => (e.FromPositionMs, e.PositionMs) = (86_400_000, 5)),
            Event(5, EventType.QualityChange, e => e.VariantId = Guid.CreateVersion7().ToString()),
            Event(6, EventType.Error, e => e.AttributesJson = """{ "http": 404, "text": "\u0000 ä" }"""),
            Event(7, EventType.Heartbeat, e => e.ClientTime = new()),
            Event(8, EventType.Heartbeat, e => e.ClientTime = new() { Seconds = 7_258_118_399, Nanos = 999_999_000 }),
            Event(9, EventType.VisibilityChange, e => e.Visibility = Visibility.Hidden),
            Event(10, EventType.RateChange, e => e.PlaybackRate = 1.75),
            Event(10_000_000, EventType.Complete, e => e.CompleteReason = SessionEndReason.UserExit),
        ];

        var response = await _host.As(null).AppendEventsAsync(Append(session, events));

        Assert.All(response.Results, result => Assert.Equal(EventVerdict.Accepted, result.Verdict));
        Assert.Equal(events, await _host.ListEventsAsync(session.SessionId));
        var summary = await _host.GetSessionAsync(session.SessionId);
        Assert.Equal((SessionState.Ended, SessionEndReason.UserExit), (summary.State, summary.EndReason));
        Assert.Equal((11, 10_000_000, 86_400_000), (summary.EventCount, summary.LastSequence, summary.LastPositionMs));
        Assert.NotNull(summary.EndTime);
    }

    [Fact]
    public async Task AppendEvents_DuplicatesAndBadOnesInOneBatch_EachGetsItsVerdict()
    {
        var session = await _host.StartSessionAsync();
        await _host.As(null).AppendEventsAsync(Append(session, Event(3)));

        var response = await _host.As(null).AppendEventsAsync(Append(
            session, Event(2), Event(2, EventType.Play), Event(3), Event(4, change: e => e.PositionMs = -1), Event(4), Event(0)));

        Assert.Equal(
            "2:Accepted 2:Duplicate 3:Duplicate 4:Rejected(POSITION_OUT_OF_RANGE) 4:Accepted 0:Rejected(SEQUENCE_OUT_OF_RANGE)", Verdicts(response.Results));
        Assert.Equal([2, 3, 4], (await _host.ListEventsAsync(session.SessionId)).Select(e => e.Sequence));
        var summary = await _host.GetSessionAsync(session.SessionId);
        Assert.Equal((SessionState.Initiated, 3, 4), (summary.State, summary.EventCount, summary.LastSequence));
    }

    [Fact]
    public async Task AppendEvents_SessionIsFull_RejectsWhatIsNew()
    {
        var session = await _host.StartSessionAsync();
        await _host.As(null).AppendEventsAsync(Append(session, Event(1), Event(2)));
        await using (var fill = _host.Database.CreateCommand($"UPDATE playback_session SET event_count = {EventRules.MaxSessionEvents - 1} WHERE id = '{session.SessionId}'"))
        {
            await fill.ExecuteNonQueryAsync();
        }

        var response = await _host.As(null).AppendEventsAsync(Append(session, Event(2), Event(3), Event(4), Event(3)));
        var again = await _host.As(null).AppendEventsAsync(Append(session, Event(3), Event(4)));

        Assert.Equal("2:Duplicate 3:Accepted 4:Rejected(SESSION_FULL) 3:Duplicate", Verdicts(response.Results));
        Assert.Equal("3:Duplicate 4:Rejected(SESSION_FULL)", Verdicts(again.Results));
        Assert.Equal("SESSION_FULL", await RejectedAsync<string>("reason", session));
    }

    [Fact]
    public async Task AppendEvents_SameCallAgain_ChangesNothing()
    {
        var session = await _host.StartSessionAsync();
        var request = Append(session, Event(1, EventType.Play), Event(2), Event(3, change: e => e.Type = EventType.Unspecified));
        await _host.As(null).AppendEventsAsync(request);
        var before = await _host.GetSessionAsync(session.SessionId);

        var again = await _host.As(null).AppendEventsAsync(request);

        Assert.Equal("1:Duplicate 2:Duplicate 3:Rejected(TYPE_UNKNOWN)", Verdicts(again.Results));
        Assert.Equal(before, await _host.GetSessionAsync(session.SessionId));
        Assert.Equal(1L, await RejectedAsync<long>("count(*)", session));
    }

    [Fact]
    public async Task AppendEvents_RejectedEvent_IsKeptAsItWasSent()
    {
        var session = await _host.StartSessionAsync();
        var bad = Event(7, EventType.Seek, e => (e.PositionMs, e.AttributesJson) = (-5, "{"));

        await _host.As(null).AppendEventsAsync(Append(session, bad));

        Assert.Equal(bad, PlaybackEvent.Parser.ParseFrom(await RejectedAsync<byte[]>("payload", session)));
        Assert.Equal("POSITION_OUT_OF_RANGE", await RejectedAsync<string>("reason", session));
    }

    [Fact]
    public async Task AppendEvents_HugeRejectedEvent_IsKeptBounded()
    {
        var session = await _host.StartSessionAsync();
        var huge = new string('ä', 300_000);

        var response = await _host.As(null).AppendEventsAsync(Append(
            session, Event(1, change: e => (e.VariantId, e.ErrorCode, e.AttributesJson) = (huge, huge, huge))));

        Assert.Equal(EventVerdict.Rejected, Assert.Single(response.Results).Verdict);
        Assert.InRange(await RejectedAsync<int>("octet_length(payload)", session), 6_000, 8_192);
    }

    [Fact]
    public async Task AppendEvents_UnknownFieldsInRejectedEvent_AreNotKept()
    {
        var session = await _host.StartSessionAsync();
        byte[] sent = [.. Event(0).ToByteArray(), 0xA2, 0x06, 0x05, .. "extra"u8];

        await _host.As(null).AppendEventsAsync(Append(session, PlaybackEvent.Parser.ParseFrom(sent)));

        Assert.Equal(Event(0), PlaybackEvent.Parser.ParseFrom(await RejectedAsync<byte[]>("payload", session)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(501)]
    public async Task AppendEvents_TooFewOrTooManyEvents_NamesTheField(int count)
    {
        var session = await _host.StartSessionAsync();

        await RpcAssert.FailsOnFieldsAsync(["events"], async () =>
            await _host.As(null).AppendEventsAsync(Append(session, Enumerable.Range(1, count).Select(i => Event(i)))));
    }

    [Fact]
    public async Task AppendEvents_FiveHundredEvents_AreAccepted()
    {
        var session = await _host.StartSessionAsync();

        await _host.As(null).AppendEventsAsync(Append(session, Enumerable.Range(1, 500).Select(i => Event(i))));

        Assert.Equal(500, (await _host.GetSessionAsync(session.SessionId)).EventCount);
    }

    [Theory]
    [InlineData("", "session_id session_token")]
    [InlineData("42", "session_id session_token")]
    public async Task AppendEvents_MalformedSession_NamesTheFields(string id, string fields) =>
        await RpcAssert.FailsOnFieldsAsync(fields.Split(' '), async () => await _host.As(null).AppendEventsAsync(new() { SessionId = id, Events = { Event(1) } }));

    [Fact]
    public async Task AppendEvents_TokenOfAnotherSession_IsRefused()
    {
        var (mine, other) = (await _host.StartSessionAsync(), await _host.StartSessionAsync());
        var request = Append(mine, Event(1));
        request.SessionToken = other.SessionToken;

        await RpcAssert.FailsAsync(ErrorReason.SessionTokenInvalid, async () => await _host.As(Identity.Viewer).AppendEventsAsync(request));
        await RpcAssert.FailsAsync(ErrorReason.SessionTokenInvalid, async () => await _host.As(Identity.Admin).AppendEventsAsync(request));
        Assert.Equal(0, (await _host.GetSessionAsync(mine.SessionId)).EventCount);
    }

    [Fact]
    public async Task AppendEvents_Service_NeedsNoToken()
    {
        var session = await _host.StartSessionAsync();

        var response = await _host.As(Identity.Service).AppendEventsAsync(new() { SessionId = session.SessionId, Events = { Event(1) } });

        Assert.Equal("1:Accepted", Verdicts(response.Results));
    }

    [Fact]
    public async Task AppendEvents_UnknownSession_IsNotFoundAndHarmsNobody()
    {
        var session = await _host.StartSessionAsync();
        var service = _host.As(Identity.Service);

        var unknown = Enumerable.Range(0, 5).Select(_ => RpcAssert.FailsAsync(ErrorReason.SessionNotFound, async () =>
            await service.AppendEventsAsync(new() { SessionId = Guid.CreateVersion7().ToString(), Events = { Event(1), Event(0) } })));
        var known = Enumerable.Range(1, 5).Select(i => service.AppendEventsAsync(new() { SessionId = session.SessionId, Events = { Event(i) } }).ResponseAsync);

        await Task.WhenAll([.. unknown, .. known]);
        Assert.Equal(5, (await _host.GetSessionAsync(session.SessionId)).EventCount);
        Assert.Equal(0L, await RejectedAsync<long>("count(*)", session));
    }

    [Fact]
    public async Task AppendEvents_SessionHasEnded_TakesLateEvents()
    {
        var session = await _host.StartSessionAsync();
        await _host.As(null).AppendEventsAsync(Append(session, Event(9, EventType.Complete)));
        Assert.Equal(SessionState.Aborted, (await _host.GetSessionAsync(session.SessionId)).State);

        await _host.As(null).AppendEventsAsync(Append(session, Event(1, EventType.Play)));

        Assert.Equal(SessionState.Ended, (await _host.GetSessionAsync(session.SessionId)).State);
    }

    private Task<T> RejectedAsync<T>(string what, StartSessionResponse session) where T : notnull =>
        _host.ScalarAsync<T>($"SELECT {what} FROM rejected_event WHERE session_id = '{session.SessionId}'");
}
