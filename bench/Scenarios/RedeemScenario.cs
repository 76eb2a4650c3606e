using Grpc.Core;
using MoviesNow.Bench.Measuring;
using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Bench.Scenarios;

/// <summary>
/// GetDownloadUrl with a one-time token, of which each call spends a use, from the real delivery service with its Redis server, against an
/// empty RPC. Each worker has a bundle and a token of its own, and mints the next one when that is spent.
/// </summary>
internal static class RedeemScenario
{
    /// <summary>As many as a token may have.</summary>
    private const int MaxUses = 1_000;

    public static async Task RunAsync(TimeSpan duration, int rounds)
    {
        await using var plain = await GrpcHost.StartPlainAsync();
        await using var host = await DeliveryHost.StartAsync();
        var service = host.AddService();
        var bundles = await host.PublishBundlesAsync(service, GrpcWorkloads.Workers, requiresToken: true);
        using var channel = GrpcHost.Connect(service.Address.ToString());
        var links = new DownloadLinkService.DownloadLinkServiceClient(channel);
        var tokens = new DownloadTokenService.DownloadTokenServiceClient(service.As(Identity.Admin));
        var viewers = GrpcWorkloads.Tokens(Identity.Viewer);
        var redeemers = bundles.Zip(viewers, (bundle, viewer) => new Redeemer(links, tokens, bundle, viewer)).ToArray();
        var empty = GrpcWorkloads.Empty(plain);
        var redeem = new Workload("GetDownloadUrl with a token", GrpcWorkloads.Workers, async worker => await redeemers[worker].RedeemAsync()) { LeadIn = LinksScenario.LeadIn };
        Report.Print("redeem", "calls/s", redeem, empty, await Comparison.RunAsync([empty, redeem], duration, rounds));
    }

    private sealed class Redeemer(
        DownloadLinkService.DownloadLinkServiceClient links, DownloadTokenService.DownloadTokenServiceClient tokens, Bundle bundle, Metadata viewer)
    {
        private string _token = "";
        private int _usesLeft;

        public async Task RedeemAsync()
        {
            if (_usesLeft == 0)
            {
                var minted = await tokens.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = bundle.StorageKey, MaxUses = MaxUses });
                (_token, _usesLeft) = (minted.Token, MaxUses);
            }

            _usesLeft--;
            await links.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = bundle.StorageKey, Options = new DownloadOptions { Token = _token } }, viewer);
        }
    }
}
