using Grpc.Net.Client;
using MoviesNow.Bench.Measuring;
using MoviesNow.Testing;

namespace MoviesNow.Bench.Scenarios;

/// <summary>Processes of one service side by side, and a connection to each: callers are shared out evenly, with no proxy between that would cost something itself.</summary>
internal sealed class ReplicaSet : IAsyncDisposable
{
    // Processes are new, and compile for a while.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    private readonly List<ReplicaProcess> _replicas = [];
    private readonly List<GrpcChannel> _channels = [];

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

    /// <summary>Runs something against them, warm: a dozen seconds and more before anything counts, and some before it is timed.</summary>
    /// <returns>What it achieved, and the processor time that the replicas took for each run.</returns>
    public async Task<(Tally Tally, double MicrosecondsPerRun)> MeasureAsync(Workload workload, TimeSpan duration)
    {
        await Comparison.RunAsync([workload], WarmUp, rounds: 1);
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

    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(channel => channel.Dispose());
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }
    }
}
