using Google.Protobuf.WellKnownTypes;
using MoviesNow.Common.V1;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Events;

public sealed class SendHeartbeatTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TelemetryHost _host = shared.Host;

    public static TheoryData<string, Action<SendHeartbeatRequest>> BadFields => new()
    {
        { "session_id", request => request.SessionId = "" },
        { "session_id", request => request.SessionId = "42" },
        { "session_token", request => request.SessionToken = "" },
        { "sequence", request => request.Sequence = 0 },
        { "sequence", request => request.Sequence = 10_000_001 },
        { "client_time", request => request.ClientTime = null },
        { "client_time", request => request.ClientTime = new Timestamp { Nanos = -1 } },
        { "position_ms", request => request.PositionMs = -1 },
        { "position_ms", request => request.PositionMs = 86_400_001 },
        { "bitrate_bps", request => request.BitrateBps = -1 },
        { "bitrate_bps", request => request.BitrateBps = 1_000_000_001 },
    };

    [Fact]
    public async Task SendHeartbeat_Twice_IsStoredOnce()
    {
        var request = await RequestAsync();

        var first = await _host.As(null).SendHeartbeatAsync(request);
        var second = await _host.As(null).SendHeartbeatAsync(request);

        Assert.Equal((EventVerdict.Accepted, EventVerdict.Duplicate), (first.Result.Verdict, second.Result.Verdict));
        var stored = Assert.Single(await _host.ListEventsAsync(request.SessionId));
        Assert.Equal(
            new PlaybackEvent { Sequence = 5, Type = EventType.Heartbeat, ClientTime = request.ClientTime, PositionMs = 1_234, BitrateBps = 5_000_000 }, stored);
    }

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task SendHeartbeat_BadField_NamesItAndKeepsNothing(string field, Action<SendHeartbeatRequest> change)
    {
        var request = await RequestAsync();
        change(request);

        await RpcAssert.FailsOnFieldsAsync([field], async () => await _host.As(null).SendHeartbeatAsync(request));
        Assert.Equal(0L, await _host.ScalarAsync<long>("SELECT count(*) FROM rejected_event"));
    }

    [Fact]
    public async Task SendHeartbeat_WrongToken_IsRefused()
    {
        var request = await RequestAsync();
        request.SessionToken = "x";

        await RpcAssert.FailsAsync(ErrorReason.SessionTokenInvalid, async () => await _host.As(null).SendHeartbeatAsync(request));
    }

    [Fact]
    public async Task SendHeartbeat_UnknownSession_IsNotFound()
    {
        var request = await RequestAsync();
        request.SessionId = Guid.CreateVersion7().ToString();

        await RpcAssert.FailsAsync(ErrorReason.SessionNotFound, async () => await _host.As(Identity.Service).SendHeartbeatAsync(request));
    }

    private async Task<SendHeartbeatRequest> RequestAsync()
    {
        var session = await _host.StartSessionAsync();
        return new SendHeartbeatRequest
        {
            SessionId = session.SessionId,
            SessionToken = session.SessionToken,
            Sequence = 5,
            ClientTime = Samples.Noon.ToTimestamp(),
            PositionMs = 1_234,
            BitrateBps = 5_000_000,
        };
    }
}
