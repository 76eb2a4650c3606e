using MoviesNow.Catalog.V1;

namespace MoviesNow.ClusterTest.Load;

/// <summary>All kinds of load together, and what they need to begin.</summary>
internal sealed class Mix : IDisposable
{
    private const int BundleCount = 5;

    private readonly Cluster _cluster;
    private readonly Client _client;
    private readonly List<Bundle> _open = [];
    private readonly double _rate;
    private Bundle _closed = null!;

    private Mix(Cluster cluster, double rate) => (_cluster, _client, _rate) = (cluster, new Client(cluster.Balancer), rate);

    /// <summary>Makes what the load needs.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="rate">How much load, where 1 is about 250 calls a second.</param>
    public static async Task<Mix> PrepareAsync(Cluster cluster, double rate)
    {
        var mix = new Mix(cluster, rate);
        var (maker, tally) = (new BundleMaker(mix._client), new Tally());
        for (var i = 0; i < BundleCount; i++)
        {
            mix._open.Add(await maker.MakeAsync(tally, requiresToken: false) ?? throw new InvalidOperationException($"The load cannot begin: {tally.Examples()}."));
        }

        mix._closed = await maker.MakeAsync(tally, requiresToken: true) ?? throw new InvalidOperationException($"The load cannot begin: {tally.Examples()}.");
        return mix;
    }

    /// <summary>The load of one fault.</summary>
    /// <param name="tally">What counts it.</param>
    /// <param name="viewers">How many times as many viewers as usual; there are always as many admins.</param>
    public IReadOnlyList<ILoad> For(Tally tally, int viewers) =>
    [
        new Playbacks(_client, tally, 12 * viewers, Pause(100)),
        new Links(_client, tally, _open, 12 * viewers, Pause(100)),
        new CatalogWrites(_client, tally, 2, Pause(150)),
        new FileUploads(_client, _cluster.Storage, tally, 2, Pause(300)),
        new Bundles(_client, tally, 1, Pause(500)),
        new Tokens(_client, tally, _closed, 2, Pause(200)),
    ];

    public void Dispose() => _client.Dispose();

    private TimeSpan Pause(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds / _rate);
}
