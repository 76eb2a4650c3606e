using MoviesNow.Catalog.V1;
using MoviesNow.ClusterTest.Servers;
using MoviesNow.Delivery.V1;

namespace MoviesNow.ClusterTest.Load;

/// <summary>The public, who asks for links to bundles: the most frequent call, which promises nothing that could be lost.</summary>
internal sealed class Links(Client client, Tally tally, IReadOnlyList<Bundle> bundles, int workers, TimeSpan pause) : ILoad
{
    private readonly DownloadLinkService.DownloadLinkServiceClient _links = new(client[Service.Delivery]);

    public int Workers => workers;

    public TimeSpan Pause => pause;

    public Task StepAsync(int worker) => Client.CallAsync(tally, null, null, options => _links.GetBundleUrlAsync(
        new() { BundleId = bundles[Random.Shared.Next(bundles.Count)].Id }, options));

    public Task<Account> CheckAsync() => Task.FromResult(Account.Nothing);
}
