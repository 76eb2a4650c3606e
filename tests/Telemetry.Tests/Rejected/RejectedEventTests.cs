using System.Security.Cryptography;
using Google.Protobuf;
using MoviesNow.Common.V1;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Rejected;

public sealed class RejectedEventTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TelemetryHost _host = shared.Host;

    private PlaybackSessionService.PlaybackSessionServiceClient Admin => _host.As(Identity.Admin);

    [Fact]
    public async Task ListRejectedEvents_OfASession_ShowsThemNewestFirstOnceEach()
    {
        var session = await _host.StartSessionAsync();
        var (early, late) = (Event(0), Event(2, change: e => e.PositionMs = -1));
        await _host.As(null).AppendEventsAsync(Append(session, early));
        await _host.As(null).AppendEventsAsync(Append(session, late, Event(1)));
        await _host.As(null).AppendEventsAsync(Append(session, early));

        var kept = (await Admin.ListRejectedEventsAsync(new() { SessionId = session.SessionId })).Events;

        Assert.Equal([("POSITION_OUT_OF_RANGE", late), ("SEQUENCE_OUT_OF_RANGE", early)], kept.Select(e => (e.Reason, e.Event)));
        Assert.All(kept, e => Assert.Equal(session.SessionId, e.SessionId));
        Assert.All(kept, e => Assert.True(e.ReceiveTime.ToDateTimeOffset() > DateTimeOffset.UtcNow.AddMinutes(-5)));
    }

    [Fact]
    public async Task ListRejectedEvents_PageByPage_ShowsAllOfAReason()
    {
        var session = await _host.StartSessionAsync();
        await _host.As(null).AppendEventsAsync(Append(session, Enumerable.Range(1, 25).Select(i => Event(i, change: e => e.PositionMs = -i))));
        await _host.As(null).AppendEventsAsync(Append(session, Event(0)));
        var request = new ListRejectedEventsRequest { SessionId = session.SessionId, Reason = "POSITION_OUT_OF_RANGE", PageSize = 10 };

        var sizes = new List<int>();
        var ids = new HashSet<string>();
        do
        {
            var page = await Admin.ListRejectedEventsAsync(request);
            sizes.Add(page.Events.Count);
            ids.UnionWith(page.Events.Select(e => e.Id));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal([10, 10, 5], sizes);
        Assert.Equal(25, ids.Count);
    }

    [Theory]
    [InlineData("42", 0, "", "session_id")]
    [InlineData("", -1, "", "page_size")]
    [InlineData("", 0, "a\0b", "reason")]
    public async Task ListRejectedEvents_MalformedFilter_NamesTheField(string sessionId, int pageSize, string reason, string field) =>
        await RpcAssert.FailsOnFieldsAsync([field], () =>
            Admin.ListRejectedEventsAsync(new() { SessionId = sessionId, PageSize = pageSize, Reason = reason }).ResponseAsync);

    [Fact]
    public async Task ListRejectedEvents_ForeignPageToken_IsRefused() =>
        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, () => Admin.ListRejectedEventsAsync(new() { PageToken = "bm8gdG9rZW4" }).ResponseAsync);

    [Fact]
    public async Task ReplayRejectedEvents_CauseRemoved_AcceptsThemAsReceivedThen()
    {
        var session = await _host.StartSessionAsync();
        var received = DateTimeOffset.UtcNow.AddSeconds(-2);
        received = received.AddTicks(-(received.Ticks % TimeSpan.TicksPerMillisecond));
        string[] ids = [await KeepAsync(session, Event(1, EventType.Play), received), await KeepAsync(session, Event(2), received), await KeepAsync(session, Event(0), received)];

        var first = await Admin.ReplayRejectedEventsAsync(new() { RejectedEventIds = { ids } });
        var second = await Admin.ReplayRejectedEventsAsync(new() { RejectedEventIds = { ids } });

        Assert.Equal((2, 1), (first.AcceptedCount, first.RejectedCount));
        Assert.Equal((0, 1), (second.AcceptedCount, second.RejectedCount));
        Assert.Equal([1L, 2L], (await _host.ListEventsAsync(session.SessionId)).Select(e => e.Sequence));
        Assert.Equal(2, (await _host.GetSessionAsync(session.SessionId)).EventCount);
        Assert.Equal(ids[2], Assert.Single((await Admin.ListRejectedEventsAsync(new() { SessionId = session.SessionId })).Events).Id);
        Assert.Equal(received, await ReceiveTimeAsync(session.SessionId));
    }

    [Fact]
    public async Task ReplayRejectedEvents_StoredMeanwhile_AreKeptNoLonger()
    {
        var session = await _host.StartSessionAsync();
        var id = await KeepAsync(session, Event(1), DateTimeOffset.UtcNow);
        await _host.As(null).AppendEventsAsync(Append(session, Event(1)));

        var response = await Admin.ReplayRejectedEventsAsync(new() { RejectedEventIds = { id } });

        Assert.Equal((1, 0), (response.AcceptedCount, response.RejectedCount));
        Assert.Empty((await Admin.ListRejectedEventsAsync(new() { SessionId = session.SessionId })).Events);
        Assert.Single(await _host.ListEventsAsync(session.SessionId));
    }

    [Fact]
    public async Task ReplayRejectedEvents_TwiceAtOnceOnTwoReplicas_StoresThemOnce()
    {
        var session = await _host.StartSessionAsync();
        var ids = new List<string>();
        for (var i = 1; i <= 20; i++)
        {
            ids.Add(await KeepAsync(session, Event(i), DateTimeOffset.UtcNow));
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(i =>
            _host.As(Identity.Admin, replica: i % 2).ReplayRejectedEventsAsync(new() { RejectedEventIds = { ids } }).ResponseAsync));

        Assert.Equal(20, (await _host.GetSessionAsync(session.SessionId)).EventCount);
        Assert.Equal(20, (await _host.ListEventsAsync(session.SessionId)).Count);
        Assert.Empty((await Admin.ListRejectedEventsAsync(new() { SessionId = session.SessionId })).Events);
    }

    [Fact]
    public async Task ReplayRejectedEvents_BadRequest_NamesTheFields()
    {
        await RpcAssert.FailsOnFieldsAsync(["rejected_event_ids"], () => Admin.ReplayRejectedEventsAsync(new()).ResponseAsync);
        await RpcAssert.FailsOnFieldsAsync(["rejected_event_ids[1]"], () =>
            Admin.ReplayRejectedEventsAsync(new() { RejectedEventIds = { Guid.CreateVersion7().ToString(), "x" } }).ResponseAsync);
    }

    /// <summary>Keeps an event as rejected by a rule that holds no longer.</summary>
    private async Task<string> KeepAsync(StartSessionResponse session, PlaybackEvent rejected, DateTimeOffset receiveTime)
    {
        var (id, payload) = (Guid.CreateVersion7(), rejected.ToByteArray());
        await using var command = _host.Database.CreateCommand("INSERT INTO rejected_event VALUES ($1, $2, $3, $4, 'OLD_RULE', $5)");
        foreach (object value in new object[] { Guid.Parse(session.SessionId), SHA256.HashData(payload), id, receiveTime, payload })
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync();
        return id.ToString();
    }

    private async Task<DateTimeOffset> ReceiveTimeAsync(string sessionId) =>
        new(await _host.ScalarAsync<DateTime>($"SELECT max(received_at) FROM playback_event WHERE session_id = '{sessionId}'"), TimeSpan.Zero);
}
