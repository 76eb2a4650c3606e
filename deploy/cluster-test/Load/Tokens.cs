using System.Collections.Concurrent;
using MoviesNow.Catalog.V1;
using MoviesNow.ClusterTest.Servers;
using MoviesNow.Delivery.V1;

namespace MoviesNow.ClusterTest.Load;

/// <summary>Tokens that are minted, and of whose three uses two are spent.</summary>
internal sealed class Tokens(Client client, Tally tally, Bundle bundle, int workers, TimeSpan pause) : ILoad
{
    private const int Uses = 3;
    private const int Spent = 2;

    private readonly DownloadTokenService.DownloadTokenServiceClient _tokens = new(client[Service.Delivery]);
    private readonly DownloadLinkService.DownloadLinkServiceClient _links = new(client[Service.Delivery]);
    private readonly ConcurrentDictionary<string, int> _spent = new(StringComparer.Ordinal);

    public int Workers => workers;

    public TimeSpan Pause => pause;

    public async Task StepAsync(int worker)
    {
        var minted = await Client.CallAsync(tally, Callers.Admin, Callers.NewKey(), options => _tokens.MintDownloadTokenAsync(
            new() { StorageKey = bundle.StorageKey, MaxUses = Uses, TtlSeconds = 7_200 }, options));
        if (minted is null)
        {
            return;
        }

        _spent[minted.TokenId] = 0;
        for (var use = 0; use < Spent; use++)
        {
            // The same for each repetition, so that it spends one use.
            var redemption = Callers.NewKey();
            var answer = await Client.CallAsync(tally, null, null, options => _links.GetBundleUrlAsync(
                new() { BundleId = bundle.Id, Options = new() { Token = minted.Token, RedemptionId = redemption } }, options));
            if (answer is not null)
            {
                _spent[minted.TokenId]++;
            }
        }
    }

    // A token that is listed with more uses than are left has forgotten one; with fewer, one was spent twice.
    public async Task<Account> CheckAsync()
    {
        var left = await UsesLeftAsync();
        var account = Account.Nothing;
        foreach (var (id, spent) in _spent)
        {
            account += left.TryGetValue(id, out var uses)
                ? new Account(1 + spent, Math.Max(0, uses - (Uses - spent)), Math.Max(0, Uses - spent - uses))
                : new Account(1 + spent, 1 + spent, 0);
        }

        return account;
    }

    private async Task<Dictionary<string, int>> UsesLeftAsync()
    {
        var left = new Dictionary<string, int>(StringComparer.Ordinal);
        var request = new ListDownloadTokensRequest { PageSize = 200 };
        do
        {
            var page = await Client.CallAsync(tally, Callers.Admin, null, options => _tokens.ListDownloadTokensAsync(request, options));
            foreach (var token in page?.Tokens ?? [])
            {
                left[token.TokenId] = token.UsesLeft;
            }

            request.PageToken = page?.NextPageToken ?? "";
        }
        while (request.PageToken.Length > 0);
        return left;
    }
}
