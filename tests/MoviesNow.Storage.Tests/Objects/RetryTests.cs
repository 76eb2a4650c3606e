using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MoviesNow.Storage.Tests.Objects;

public sealed class RetryTests
{
    [Fact]
    public async Task RepeatableAsync_SeveralCallersFailAtOnce_DoNotComeBackAtOnce()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var telemetry = new StorageTelemetry(services.GetRequiredService<IMeterFactory>());
        var clock = new ImpatientClock();
        var gate = new StorageGate(Options.Create(new StorageOptions()), telemetry, clock);
        for (var caller = 0; caller < 3; caller++)
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(() =>
                gate.RepeatableAsync<int>("head", _ => throw new HttpRequestException(), CancellationToken.None));
        }

        Assert.Equal(6, clock.Delays.Count);

        // Without jitter there would be two: one before the second attempt and one before the third.
        Assert.InRange(clock.Delays.Distinct().Count(), 3, 6);
    }

    /// <summary>Notes how long a wait shall be, and ends it at once; time-outs stay what they are.</summary>
    private sealed class ImpatientClock : TimeProvider
    {
        public List<TimeSpan> Delays { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime <= TimeSpan.Zero || dueTime > TimeSpan.FromSeconds(2))
                return base.CreateTimer(callback, state, dueTime, period);

            Delays.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
