using MoviesNow.Delivery.Links;

namespace MoviesNow.Delivery.Tokens;

/// <summary>
/// One-time tokens on the way to a link: looked at early, so that a wrong one costs neither quota nor a question to storage, and spent last.
/// </summary>
internal sealed class TokenDesk(DownloadTokenStore store, LinkMetrics metrics)
{
    /// <summary>What the token is worth. Nothing is spent.</summary>
    public async Task PeekAsync(LinkItem item) => item.Facts = item.Facts with
    {
        Token = WithoutAsking(item) ?? await store.PeekAsync(item.Options.Token, item.Options.RedemptionId, item.Download!.Key),
    };

    /// <summary>Spends a use, unless the same redemption did so a short time ago. Of concurrent calls exactly as many succeed as uses are left.</summary>
    public async Task SpendAsync(LinkItem item, LinkCall call)
    {
        if (WithoutAsking(item) is { } settled)
        {
            item.Facts = item.Facts with { Token = settled };
            return;
        }

        var spent = await store.RedeemAsync(item.Options.Token, item.Options.RedemptionId, item.Download!.Key);
        metrics.TokenRedeemed(spent);
        item.Facts = item.Facts with { Token = spent };
        if (spent is TokenFact.Unspent && call.Time.IsCancellationRequested)
        {
            // The call ended meanwhile, and its caller learns of no link.
            await store.GiveBackAsync(item.Options.Token, item.Options.RedemptionId);
            call.Time.ThrowIfCancellationRequested();
        }
    }

    private static TokenFact? WithoutAsking(LinkItem item) =>
        !item.Row!.RequiresToken ? TokenFact.NotNeeded
        : item.Options.Token.Length == 0 ? TokenFact.Missing
        : item.Download is null ? TokenFact.Unspent
        : null;
}
