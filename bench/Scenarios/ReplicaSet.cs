using Grpc.Net.Client;
using MoviesNow.Bench.Measuring;
using MoviesNow.Testing;

namespace MoviesNow.Bench.Scenarios;

/// <summary>Processes of one service side by side, and a connection to each: callers are shared out evenly, with no proxy between that would cost something itself.</summary>
internal sealed class ReplicaSet : IAsyncDisposable
{
    // Processes are new, and compile until a call costs what it costs.
    private const int MaxWarmUps = 12;
    private const double Falling = 0.95;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    private readonly List<ReplicaProcess> _replicas = [];
    private readonly List<GrpcChannel> _channels = [];
    private readonly List<CpuShare> _shares = [];

    /// <summary>A connection to each.</summary>
    public IReadOnlyList<GrpcChannel> Channels => _channels;

    /// <summary>Processor time that they took so far.</summary>
    private TimeSpan Processor => TimeSpan.FromTicks(_replicas.Sum(replica => replica.Processor.Ticks));

    public static async Task<ReplicaSet> StartAsync(string service, IEnumerable<KeyValuePair<string, string?>> settings, int count)
    {
        var set = new ReplicaSet();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var replica = await Replicas.StartAsync(service, settings);
                set._replicas.Add(replica);
                set._channels.Add(GrpcHost.Connect(replica.Address));
            }

            return set;
        }
        catch
        {
            await set.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs something against them until it costs no less than before, and then for the numbers.</summary>
    /// <param name="workload">What.</param>
    /// <param name="duration">How long the numbers are taken.</param>
    /// <param name="coresEach">How much of a core each gets meanwhile; null for what there is.</param>
    /// <returns>What it achieved, and the processor time that the replicas took for each run.</returns>
    public async Task<(Tally Tally, double MicrosecondsPerRun)> MeasureAsync(Workload workload, TimeSpan duration, double? coresEach = null)
    {
        var (before, cost) = (double.PositiveInfinity, double.MaxValue);
        for (var i = 0; i < MaxWarmUps && cost < before * Falling; i++)
        {
            (before, (_, cost)) = (cost, await RunAsync(workload, WarmUp));
        }

        if (coresEach is { } cores)
        {
            _shares.AddRange(_replicas.Select(replica => CpuShare.Hold(replica.ProcessId, cores)));
        }

        return await RunAsync(workload, duration);
    }

    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(channel => channel.Dispose());
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        _shares.ForEach(share => share.Dispose());
    }

    private async Task<(Tally Tally, double MicrosecondsPerRun)> RunAsync(Workload workload, TimeSpan duration)
    {
        var runs = 0L;
        var counted = workload with
        {
            RunAsync = async worker =>
            {
                await workload.RunAsync(worker);
                Interlocked.Increment(ref runs);
            },
        };
        var before = Processor;
        var tally = (await Comparison.RunAsync([counted], duration, rounds: 1))[counted];
        return (tally, (Processor - before).TotalMicroseconds / runs);
    }
}
