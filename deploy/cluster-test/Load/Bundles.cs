using System.Collections.Concurrent;
using MoviesNow.Catalog.V1;
using MoviesNow.ClusterTest.Servers;
using MoviesNow.Delivery.V1;

namespace MoviesNow.ClusterTest.Load;

/// <summary>Admins who make bundles, each of which the public can then download.</summary>
internal sealed class Bundles(Client client, Tally tally, int workers, TimeSpan pause) : ILoad
{
    private readonly BundleMaker _maker = new(client);
    private readonly DownloadLinkService.DownloadLinkServiceClient _links = new(client[Service.Delivery]);
    private readonly ConcurrentBag<Bundle> _published = [];

    public int Workers => workers;

    public TimeSpan Pause => pause;

    public async Task StepAsync(int worker)
    {
        if (await _maker.MakeAsync(tally, requiresToken: false) is { } bundle)
        {
            _published.Add(bundle);
        }
    }

    public async Task<Account> CheckAsync()
    {
        var account = Account.Nothing;
        foreach (var bundle in _published)
        {
            var there = await _maker.ListAsync(tally, bundle.TitleId);
            var link = await Client.CallAsync(tally, null, null, options => _links.GetBundleUrlAsync(new() { BundleId = bundle.Id }, options));
            var isThere = there.Any(found => found.Id == bundle.Id && found.State is BundleState.Published)
                && link is not null && await Bytes.GetAsync(tally, link.Link.Url, BundleMaker.Zip);
            account += new Account(1, isThere ? 0 : 1, Math.Max(0, there.Count - 1));
        }

        return account;
    }
}
