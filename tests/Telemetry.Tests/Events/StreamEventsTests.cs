using MoviesNow.ServiceDefaults.Clients;
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
    public async Task StreamEvents_UnknownSessionInTheMiddle_IsToldAndCostsNothing()
    {
        var session = await _host.StartSessionAsync();
        var unknown = Guid.CreateVersion7().ToString();
        var good = Enumerable.Range(1, 33).Select(i => Message(session.SessionId, [Event(i)])).ToList();

        var response = await StreamAsync([.. good[..3], Message(unknown, [Event(4), Event(0)]), .. good[3..]]);

        Assert.Equal((33, 0, 2), (response.AcceptedCount, response.DuplicateCount, response.RejectedCount));
        Assert.Equal(
            $"{unknown} 4:Rejected(SESSION_NOT_FOUND) {unknown} 0:Rejected(SESSION_NOT_FOUND)",
            string.Join(' ', response.Rejected.Select(rejected => $"{rejected.SessionId} {Verdicts([rejected.Result])}")));
        Assert.Equal(33, (await _host.ListEventsAsync(session.SessionId)).Count);
        Assert.Equal(33, (await _host.GetSessionAsync(session.SessionId)).EventCount);
    }

    [Theory]
    [InlineData("", 1, "session_id")]
    [InlineData("42", 1, "session_id")]
    [InlineData("0198c0de-7a5b-7c3d-8e9f-0123456789ab", 0, "events")]
    [InlineData("0198c0de-7a5b-7c3d-8e9f-0123456789ab", 501, "events")]
    [InlineData("", 0, "session_id events")]
    public async Task StreamEvents_MalformedMessage_IsToldByNumberAndFieldsAndCostsNothing(string sessionId, int events, string fields)
    {
        var session = await _host.StartSessionAsync();

        var response = await StreamAsync(
            [Message(session.SessionId, [Event(1)]), Message(sessionId, Enumerable.Range(1, events).Select(i => Event(i))), Message(session.SessionId, [Event(2)])]);

        Assert.Equal((2, 0, 0, 1), (response.AcceptedCount, response.DuplicateCount, response.RejectedCount, response.RejectedMessageCount));
        var rejected = Assert.Single(response.RejectedMessages);
        Assert.Equal(2, rejected.Number);
        Assert.Equal(fields.Split(' '), rejected.Fields.Select(field => field.Field));
        Assert.All(rejected.Fields, field => Assert.NotEmpty(field.Requirement));
    }

    [Fact]
    public async Task StreamEvents_ManyMalformedMessages_ReportsTheFirstThousand()
    {
        var response = await StreamAsync(Enumerable.Range(0, 1_001).Select(_ => Message("", [])));

        Assert.Equal((1_001, 1_000), (response.RejectedMessageCount, response.RejectedMessages.Count));
        Assert.Equal(1_000, response.RejectedMessages[^1].Number);
    }

    private static StreamEventsRequest Message(string sessionId, IEnumerable<PlaybackEvent> events) => new() { SessionId = sessionId, Events = { events } };

    private async Task<StreamEventsResponse> StreamAsync(IEnumerable<StreamEventsRequest> messages)
    {
        using var call = _host.As(Identity.Service).StreamEvents();
        return await call.SendAsync(async (requests, token) =>
        {
            foreach (var message in messages)
            {
                await requests.WriteAsync(message, token);
            }
        });
    }
}
