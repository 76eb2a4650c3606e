using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Events;

public sealed class StreamEventsTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TelemetryHost _host = shared.Host;

    [Fact]
    public async Task StreamEvents_ManySessions_CountsWhatIsDurable()
    {
        var sessions = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _host.StartSessionAsync()));
        var messages = sessions.SelectMany(session => Enumerable.Range(0, 5).Select(i =>
            Message(session.SessionId, Enumerable.Range(i * 50 + 1, 60).Select(n => Event(n)).Append(Event(0)))));

        var response = await StreamAsync(messages);

        Assert.Equal((10 * 260, 10 * 40, 10 * 5), (response.AcceptedCount, response.DuplicateCount, response.RejectedCount));
        Assert.Equal(50, response.Rejected.Count);
        Assert.All(response.Rejected, rejected => Assert.Equal("0:Rejected(SEQUENCE_OUT_OF_RANGE)", Verdicts([rejected.Result])));
        Assert.Equal(sessions.Select(session => session.SessionId).Order(), response.Rejected.Select(rejected => rejected.SessionId).Distinct().Order());
        foreach (var session in sessions)
        {
            Assert.Equal(260, (await _host.ListEventsAsync(session.SessionId)).Count);
        }
    }

    [Fact]
    public async Task StreamEvents_ManyRejected_ReportsTheFirstThousand()
    {
        var session = await _host.StartSessionAsync();

        var response = await StreamAsync(Enumerable.Range(0, 3).Select(_ => Message(session.SessionId, Enumerable.Range(1, 500).Select(i => Event(-i)))));

        Assert.Equal((1_500, 1_000), (response.RejectedCount, response.Rejected.Count));
    }

    [Fact]
    public async Task StreamEvents_Empty_CountsNothing() => Assert.Equal(new StreamEventsResponse(), await StreamAsync([]));

    [Fact]
    public async Task StreamEvents_UnknownSession_FailsAndKeepsWhatCameBefore()
    {
        var session = await _host.StartSessionAsync();

        await RpcAssert.FailsAsync(ErrorReason.SessionNotFound, () =>
            StreamAsync([Message(session.SessionId, [Event(1)]), Message(Guid.CreateVersion7().ToString(), [Event(1)])]));

        Assert.Single(await _host.ListEventsAsync(session.SessionId));
    }

    [Theory]
    [InlineData("", 1, "session_id")]
    [InlineData("42", 1, "session_id")]
    [InlineData("0198c0de-7a5b-7c3d-8e9f-0123456789ab", 0, "events")]
    [InlineData("0198c0de-7a5b-7c3d-8e9f-0123456789ab", 501, "events")]
    [InlineData("", 0, "session_id events")]
    public async Task StreamEvents_MalformedMessage_NamesTheFields(string sessionId, int events, string fields) =>
        await RpcAssert.FailsOnFieldsAsync(fields.Split(' '), () => StreamAsync([Message(sessionId, Enumerable.Range(1, events).Select(i => Event(i)))]));

    private static StreamEventsRequest Message(string sessionId, IEnumerable<PlaybackEvent> events) => new() { SessionId = sessionId, Events = { events } };

    private async Task<StreamEventsResponse> StreamAsync(IEnumerable<StreamEventsRequest> messages)
    {
        using var call = _host.As(Identity.Service).StreamEvents();
        try
        {
            foreach (var message in messages)
            {
                await call.RequestStream.WriteAsync(message);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException)
        {
            // The server may end the call before all is written; the answer says why.
        }

        return await call;
    }
}
