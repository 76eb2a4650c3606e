using Grpc.Core;
using Grpc.Net.Client;
using MoviesNow.Bench.Measuring;
using MoviesNow.Delivery.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Bench.Scenarios;

/// <summary>Delivery processes behind an HAProxy of their own, which are asked for the URLs of bundles.</summary>
internal sealed class DeliverySide : IAsyncDisposable
{
    private readonly List<ReplicaProcess> _replicas = [];
    private HaProxy? _proxy;
    private GrpcChannel? _channel;
    private long _calls;

    /// <summary>What is measured.</summary>
    public Workload Workload { get; private set; } = null!;

    /// <summary>Calls answered so far.</summary>
    public long Calls => Volatile.Read(ref _calls);

    /// <summary>Processor time that the delivery processes took so far.</summary>
    public TimeSpan Processor => TimeSpan.FromTicks(_replicas.Sum(replica => replica.Processor.Ticks));

    /// <summary>Processor time that HAProxy took so far.</summary>
    public TimeSpan ProxyProcessor => _proxy!.Processor;

    /// <summary>Starts the processes.</summary>
    /// <param name="settings">Settings of the delivery processes.</param>
    /// <param name="replicas">How many there are.</param>
    /// <param name="bundleIds">What is asked for.</param>
    public async Task StartAsync(IReadOnlyDictionary<string, string?> settings, int replicas, string[] bundleIds)
    {
        for (var i = 0; i < replicas; i++)
        {
            _replicas.Add(await Replicas.StartAsync("Delivery", settings));
        }

        _proxy = await HaProxy.StartAsync(_replicas.Select(replica => replica.Port));
        _channel = GrpcHost.Connect(_proxy.Address);
        var links = new DownloadLinkService.DownloadLinkServiceClient(_channel);
        var viewers = GrpcWorkloads.Tokens(Identity.Viewer);
        Workload = new Workload($"GetBundleUrl, replicas: {replicas}", GrpcWorkloads.Workers, async worker =>
        {
            await links.GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = bundleIds[Random.Shared.Next(bundleIds.Length)] }, viewers[worker]);
            Interlocked.Increment(ref _calls);
        });
        await WarmUpAsync(replicas * bundleIds.Length);
    }

    /// <summary>One call after the other: processes that are new compile and connect, and would let some of many wait too long.</summary>
    private async Task WarmUpAsync(int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            try
            {
                await Workload.RunAsync(i % Workload.Workers);
            }
            catch (RpcException slow) when (slow.StatusCode is StatusCode.Unavailable)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }
    }
}
