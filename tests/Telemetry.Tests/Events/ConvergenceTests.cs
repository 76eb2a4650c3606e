using FsCheck.Fluent;
using Google.Protobuf.WellKnownTypes;
using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;
using Telemetry.Tests.Sessions;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Events;

/// <summary>Replicas that are told the same at the same time.</summary>
public sealed class ConvergenceTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const int Replicas = 2;
    private readonly TelemetryHost _host = shared.Host;

    [Fact]
    public async Task AppendEvents_SameEventsOnTwoReplicas_EachIsAcceptedOnce()
    {
        var session = await _host.StartSessionAsync();
        var requests = Enumerable.Range(0, 20).Select(i => Append(session, Enumerable.Range(i * 10 + 1, 20).Select(n => Event(n)))).ToArray();

        var answers = await Task.WhenAll(requests.SelectMany(request => Enumerable.Range(0, Replicas).Select(replica =>
            _host.As(null, replica).AppendEventsAsync(request).ResponseAsync)));

        var results = answers.SelectMany(answer => answer.Results).ToList();
        Assert.Equal(Enumerable.Range(1, 210).Select(n => (long)n), results.Where(r => r.Verdict is EventVerdict.Accepted).Select(r => r.Sequence).Order());
        Assert.Equal(Replicas * 20 * 20 - 210, results.Count(r => r.Verdict is EventVerdict.Duplicate));
        Assert.Equal(Enumerable.Range(1, 210).Select(n => (long)n), (await _host.ListEventsAsync(session.SessionId)).Select(e => e.Sequence));
        Assert.Equal(210, (await _host.GetSessionAsync(session.SessionId)).EventCount);
    }

    [Fact]
    public async Task AppendEvents_ManySessionsInOppositeOrder_NeverDeadlock()
    {
        var sessions = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _host.StartSessionAsync()));
        var service = Enumerable.Range(0, Replicas).Select(replica => _host.As(Identity.Service, replica)).ToArray();

        for (var round = 1; round <= 10; round++)
        {
            await Task.WhenAll(sessions.Select(session => service[0].AppendEventsAsync(Append(session, Event(round))).ResponseAsync)
                .Concat(sessions.Reverse().Select(session => service[1].AppendEventsAsync(Append(session, Event(round))).ResponseAsync)));
        }

        foreach (var session in sessions)
        {
            Assert.Equal(10, (await _host.GetSessionAsync(session.SessionId)).EventCount);
            Assert.Equal(10, (await _host.ListEventsAsync(session.SessionId)).Count);
        }
    }

    [Fact]
    public async Task AppendEvents_AnyOrderAndBatching_GivesTheSameSession()
    {
        var deltas = await DeltaLog.StartAsync(_host.Database);
        var cases = from events in PlaybackSets.InOrder
                    from shuffled in Gen.Shuffle(events)
                    from again in Gen.Shuffle(events)
                    from size in Gen.Choose(1, 8)
                    select (Events: events, First: shuffled, Again: again, Size: size);

        foreach (var sample in cases.Sample(25, 25))
        {
            await CheckAsync(sample.Events, sample.First, sample.Again, sample.Size, deltas);
        }
    }

    private async Task CheckAsync(PlayerEvent[] events, PlayerEvent[] shuffled, PlayerEvent[] again, int batchSize, DeltaLog deltas)
    {
        // Both clicked at noon by the player's clock, which stands long ago: times are corrected.
        var sessions = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => _host.StartSessionAsync(request =>
        {
            request.Content.VariantId = PlaybackSets.FirstVariant.ToString();
            request.ClientTime = Noon.ToTimestamp();
        })));
        var (inOrder, mixed) = (sessions[0], sessions[1]);
        if (events.Length > 0)
        {
            await AppendAsync(inOrder, events, replica: 0);
        }

        // In another order, in batches, all at once, and everything once more: as retries over a bad network would.
        await Task.WhenAll(shuffled.Chunk(batchSize).Concat(again.Chunk(batchSize + 1)).Select((batch, i) => AppendAsync(mixed, batch, i % Replicas)));

        var expected = await _host.GetSessionAsync(inOrder.SessionId);
        var actual = await _host.GetSessionAsync(mixed.SessionId);
        Assert.Equal(Facts(expected), Facts(actual));
        Assert.Equal(await _host.ListEventsAsync(inOrder.SessionId), await _host.ListEventsAsync(mixed.SessionId));
        var reference = ReferenceMachine.Run(events);
        Assert.Equal((reference.State, reference.Reason), (actual.State, actual.EndReason));
        await Refold.CheckAsync(_host, mixed.SessionId, deltas);
        await Refold.CheckAsync(_host, inOrder.SessionId, deltas);
    }

    private Task<AppendEventsResponse> AppendAsync(StartSessionResponse session, IEnumerable<PlayerEvent> events, int replica) =>
        _host.As(null, replica).AppendEventsAsync(Append(session, events.Select(e => e.ToMessage()))).ResponseAsync;

    /// <summary>What of a session does not depend on which session it is and when it was started and heard of.</summary>
    private static (SessionState, SessionEndReason, bool, long, long, long, long) Facts(PlaybackSession session) =>
        (session.State, session.EndReason, session.EndTime is null, session.EventCount, session.LastSequence, session.LastPositionMs, session.StopPositionMs);
}
