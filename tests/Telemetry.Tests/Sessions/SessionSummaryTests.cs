using FsCheck;
using FsCheck.Fluent;
using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Sessions;

public sealed class SessionSummaryTests
{
    [Theory]
    [InlineData("", SessionState.Initiated, SessionEndReason.Unspecified)]
    [InlineData("heartbeat", SessionState.Initiated, SessionEndReason.Unspecified)]
    [InlineData("pause resume", SessionState.Initiated, SessionEndReason.Unspecified)]
    [InlineData("play", SessionState.Playing, SessionEndReason.Unspecified)]
    [InlineData("play pause", SessionState.Paused, SessionEndReason.Unspecified)]
    [InlineData("pause play", SessionState.Playing, SessionEndReason.Unspecified)]
    [InlineData("play pause pause resume", SessionState.Playing, SessionEndReason.Unspecified)]
    [InlineData("play resume pause", SessionState.Paused, SessionEndReason.Unspecified)]
    [InlineData("play pause complete", SessionState.Ended, SessionEndReason.Completed)]
    [InlineData("play complete pause", SessionState.Ended, SessionEndReason.Completed)]
    [InlineData("play pause complete play", SessionState.Playing, SessionEndReason.Unspecified)]
    [InlineData("play exit", SessionState.Ended, SessionEndReason.UserExit)]
    [InlineData("exit", SessionState.Aborted, SessionEndReason.UserExit)]
    [InlineData("fatal", SessionState.Aborted, SessionEndReason.Error)]
    [InlineData("exit play", SessionState.Playing, SessionEndReason.Unspecified)]
    [InlineData("play error", SessionState.Playing, SessionEndReason.Unspecified)]
    [InlineData("play fatal", SessionState.Ended, SessionEndReason.Error)]
    [InlineData("play fatal exit", SessionState.Ended, SessionEndReason.Error)]
    [InlineData("play fatal drm", SessionState.Ended, SessionEndReason.Drm)]
    [InlineData("play complete fatal", SessionState.Ended, SessionEndReason.Completed)]
    [InlineData("play fatal play complete", SessionState.Ended, SessionEndReason.Completed)]
    public void With_EventsInOrder_FollowsTheStateMachine(string story, SessionState state, SessionEndReason reason)
    {
        var summary = Fold(story.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((word, i) => EventOf(word, i + 1)));

        Assert.Equal((state, reason), (summary.State, summary.EndReason));
        Assert.Equal(state is SessionState.Ended or SessionState.Aborted, summary.EndTime is not null);
    }

    [Fact]
    public void With_AnyPermutation_EqualsTheStateMachineInSequenceOrder() => Prop.ForAll(EventSets.Shuffled.ToArbitrary(), shuffled =>
    {
        var summary = Fold(shuffled);
        var inOrder = Fold(shuffled.OrderBy(e => e.Sequence));

        Assert.Equal(inOrder, summary);
        Assert.Equal(ReferenceMachine.Run(shuffled), (summary.State, summary.EndReason, summary.EndTime));
        Assert.Equal(shuffled.Length, summary.EventCount);
        Assert.Equal(shuffled.Select(e => e.Sequence).DefaultIfEmpty().Max(), summary.LastSequence);
        Assert.Equal(shuffled.Select(e => Math.Max(e.PositionMs, e.FromPositionMs)).DefaultIfEmpty().Max(), summary.FurthestPositionMs);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Theory]
    [InlineData(-3_600, 60, 60)]
    [InlineData(0, 60, 60)]
    [InlineData(3_600, 60, 60)]
    [InlineData(0, -5, 0)]
    [InlineData(0, 5_000, 600)]
    public void EndTime_PlayersClockIsOff_IsTheServersTime(int clockOffSeconds, int secondsAfterStart, int expectedSecondsAfterStart)
    {
        var end = EventOf("complete", 1) with
        {
            ClientTime = Samples.Noon.AddSeconds(clockOffSeconds + secondsAfterStart),
            ReceiveTime = Samples.Noon.AddSeconds(600),
        };

        var summary = new SessionSummary(Samples.Noon, Samples.Noon.AddSeconds(clockOffSeconds)).With(end);

        Assert.Equal(Samples.Noon.AddSeconds(expectedSecondsAfterStart), summary.EndTime);
    }

    [Fact]
    public void EndTime_ClocksAtTheEdgesOfTime_StaysWithinTheSession()
    {
        var end = EventOf("complete", 1) with { ClientTime = DateTimeOffset.MaxValue };

        Assert.Equal(end.ReceiveTime, new SessionSummary(Samples.Noon, DateTimeOffset.MinValue).With(end).EndTime);
        Assert.Equal(end.ReceiveTime, new SessionSummary(Samples.Noon, DateTimeOffset.MaxValue).With(end with { ClientTime = DateTimeOffset.MinValue }).EndTime);
    }

    private static SessionSummary Fold(IEnumerable<PlayerEvent> events) =>
        events.Aggregate(new SessionSummary(Samples.Noon, Samples.Noon), (summary, e) => summary.With(e));

    private static PlayerEvent EventOf(string word, int sequence)
    {
        var happened = Samples.Noon.AddSeconds(sequence);
        var type = word switch
        {
            "exit" or "drm" or "complete" => EventType.Complete,
            "fatal" => EventType.Error,
            _ => Enum.Parse<EventType>(word, ignoreCase: true),
        };
        return new PlayerEvent(sequence, type, happened, happened)
        {
            IsFatal = string.Equals(word, "fatal", StringComparison.Ordinal),
            CompleteReason = word switch
            {
                "exit" => SessionEndReason.UserExit,
                "drm" => SessionEndReason.Drm,
                "complete" => SessionEndReason.Completed,
                _ => SessionEndReason.Unspecified,
            },
        };
    }
}
