using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MoviesNow.Upload.Sweeping;
using Npgsql;
using UploadTests.Support;

namespace UploadTests.Sweeping;

/// <summary>When a replica looks, and what it does when it may not sweep, or cannot.</summary>
public sealed class SweepScheduleTests(SweepSystem shared) : SweepTest(shared)
{
    private static readonly TimeSpan Jitter = TimeSpan.FromSeconds(30);

    private readonly StepClock _clock = new();
    private readonly CountingStep _step = new();

    [Fact]
    public async Task Start_Disabled_NeverLooks()
    {
        using var schedule = Schedule(new SweepOptions { Enabled = false });
        await schedule.StartAsync(CancellationToken.None);
        await schedule.ExecuteTask!;
        Assert.True(_clock.IsIdle);
    }

    [Fact]
    public async Task Start_Enabled_LooksSoonAndThenOnceAnInterval()
    {
        // So short that the sweeps of other tests do not count.
        var interval = TimeSpan.FromMicroseconds(1);
        using var schedule = Schedule(new SweepOptions { Interval = interval, Jitter = Jitter });
        await schedule.StartAsync(CancellationToken.None);

        var first = await _clock.NextAsync();
        Assert.InRange(first.Due, TimeSpan.Zero, Jitter);
        Assert.Equal(0, _step.Count);
        for (var sweeps = 1; sweeps <= 3; sweeps++)
        {
            first.End();
            first = await _clock.NextAsync();
            Assert.InRange(first.Due, interval, interval + Jitter);
            Assert.Equal(sweeps, _step.Count);
        }

        await schedule.StopAsync(CancellationToken.None);
        Assert.True(schedule.ExecuteTask!.IsCompleted);
    }

    [Fact]
    public async Task Look_AnotherReplicaSweptWithinTheInterval_SweepsNothingAndLooksAgain()
    {
        await SweepAsync(TimeSpan.Zero);
        using var schedule = Schedule(new SweepOptions { Interval = TimeSpan.FromHours(1), Jitter = Jitter });
        await schedule.StartAsync(CancellationToken.None);

        (await _clock.NextAsync()).End();

        Assert.InRange((await _clock.NextAsync()).Due, TimeSpan.FromHours(1), TimeSpan.FromHours(1) + Jitter);
        Assert.Equal(0, _step.Count);
        await schedule.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Look_DatabaseDown_LooksAgain()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=x;Timeout=1");
        var settings = new SweepOptions { Interval = TimeSpan.FromMicroseconds(1), Jitter = Jitter };
        using var schedule = Schedule(settings, new SweepLeases(nowhere, Options.Create(settings)));
        await schedule.StartAsync(CancellationToken.None);

        for (var looks = 0; looks < 2; looks++)
            (await _clock.NextAsync()).End();

        await _clock.NextAsync();
        Assert.False(schedule.ExecuteTask!.IsCompleted);
        Assert.Equal(0, _step.Count);
        await schedule.StopAsync(CancellationToken.None);
    }

    private SweepSchedule Schedule(SweepOptions settings, SweepLeases? leases = null)
    {
        var (services, options) = (System.Service<IServiceProvider>(), Options.Create(settings));
        leases ??= ActivatorUtilities.CreateInstance<SweepLeases>(services, options);
        var sweeper = ActivatorUtilities.CreateInstance<Sweeper>(services, new List<ISweepStep> { _step }, leases, options);
        return new SweepSchedule(sweeper, leases, System.Service<SweepTelemetry>(), options, _clock, NullLogger<SweepSchedule>.Instance);
    }

    private sealed class CountingStep : ISweepStep
    {
        public int Count { get; private set; }

        public string Name => "counting";

        public async IAsyncEnumerable<SweepItem> FindAsync(SweepRun run, string position, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Count++;
            await Task.CompletedTask;
            yield break;
        }
    }
}
