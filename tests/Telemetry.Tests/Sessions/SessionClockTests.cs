using Google.Protobuf.WellKnownTypes;
using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Sessions;

public sealed class SessionClockTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    private readonly TelemetryHost _host = shared.Host;

    [Theory]
    [InlineData(0, 20, 20, 20, true)]
    [InlineData(0, -299, 20, -299, true)]
    [InlineData(0, 319, 20, 319, true)]
    [InlineData(0, -301, 20, 20, false)]
    [InlineData(0, 321, 20, 20, false)]
    [InlineData(-900_000, -899_980, 20, 20, true)]
    [InlineData(900_000_000, 900_000_020, 20, 20, true)]
    [InlineData(900_000_000, 20, 25, 25, false)]
    public void TimeOf_PlayersClock_IsCorrectedByTheOffsetAtTheStart(int offAtStart, int told, int arrived, int expected, bool isPlausible)
    {
        var clock = new SessionClock(Noon, Noon.AddSeconds(offAtStart));
        var happened = new PlayerEvent(1, EventType.Heartbeat, Noon.AddSeconds(told), Noon.AddSeconds(arrived));

        Assert.Equal(Noon.AddSeconds(expected), clock.TimeOf(happened));
        Assert.Equal(isPlausible, clock.IsPlausible(happened));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(-30, false)]
    [InlineData(90, true)]
    [InlineData(-90, true)]
    [InlineData(-3 * 365 * 86_400, true)]
    public async Task StartSession_PlayersClock_IsToldAndMarkedWhenItIsOff(int secondsAhead, bool isSuspect)
    {
        var session = await StartAsync(DateTimeOffset.UtcNow.AddSeconds(secondsAhead));

        var read = await _host.GetSessionAsync(session.SessionId);
        Assert.InRange(read.ClockOffsetMs, (-secondsAhead * 1_000L) - 1, (-secondsAhead * 1_000L) + 29_000);
        Assert.Equal(isSuspect, read.IsClockSuspect);
    }

    [Fact]
    public async Task AppendEvents_ClockIsYearsOff_MeasuresAsIfItWereRight()
    {
        var click = DateTimeOffset.UtcNow - Year - Year - Year;
        var session = await StartAsync(click);

        await _host.As(null).AppendEventsAsync(Append(
            session, At(1, EventType.Play, click.AddSeconds(1), 0), At(2, EventType.Heartbeat, click.AddSeconds(16), 15_000), At(3, EventType.Complete, click.AddSeconds(31), 30_000)));

        var read = await _host.GetSessionAsync(session.SessionId);
        Assert.Equal((1_000, 30_000), (read.Measures.StartupTimeMs, read.Measures.WatchTimeMs));
        Assert.True(read.IsClockSuspect);
        Assert.InRange(read.EndTime.ToDateTimeOffset(), session.StartTime.ToDateTimeOffset(), DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task AppendEvents_ClockJumpsMeanwhile_TakesTheTimeOfArrivalAndMarksTheSession()
    {
        var click = DateTimeOffset.UtcNow;
        var session = await StartAsync(click);
        await _host.As(null).AppendEventsAsync(Append(session, At(1, EventType.Play, click, 0)));
        Assert.False((await _host.GetSessionAsync(session.SessionId)).IsClockSuspect);

        await _host.As(null).AppendEventsAsync(Append(session, At(2, EventType.Heartbeat, click + Year, 1_000), At(3, EventType.Heartbeat, click - Year, 3_600_000)));

        var read = await _host.GetSessionAsync(session.SessionId);
        Assert.True(read.IsClockSuspect);
        Assert.Equal(3, read.EventCount);
        Assert.InRange(read.Measures.WatchTimeMs, 0, (long)(DateTimeOffset.UtcNow - click).TotalMilliseconds);
        Assert.Equal([click + Year, click - Year], (await _host.ListEventsAsync(session.SessionId)).Skip(1).Select(e => e.ClientTime.ToDateTimeOffset()), Close);
    }

    private static bool Close(DateTimeOffset one, DateTimeOffset other) => (one - other).Duration() < TimeSpan.FromMilliseconds(1);

    private static PlaybackEvent At(int sequence, EventType type, DateTimeOffset time, int position) =>
        Event(sequence, type, e => (e.ClientTime, e.PositionMs) = (time.ToTimestamp(), position));

    private Task<StartSessionResponse> StartAsync(DateTimeOffset click) => _host.StartSessionAsync(request => request.ClientTime = click.ToTimestamp());
}
