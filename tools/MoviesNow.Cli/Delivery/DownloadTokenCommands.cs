using System.CommandLine;
using System.Globalization;
using MoviesNow.Cli.Catalog;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Delivery;

/// <summary><c>moviesnow token mint|revoke|list</c>: one-time tokens for downloads.</summary>
internal static class DownloadTokenCommands
{
    private const int MaxId = 100;
    private const int PageSize = 200;

    public static Command Mint(CatalogAccess access)
    {
        var reference = DeliveryOptions.Reference();
        var ttl = DeliveryOptions.Seconds("--ttl", "Seconds for which it works, 60 to 86,400; an hour when absent");
        var uses = new Option<int>("--max-uses") { Description = "How many links it gives, 1 to 1,000; 1 when absent" };
        var command = new Command("mint", "Mints a one-time token for a download. It is told once, and is a secret.")
        {
            reference, ttl, uses, CatalogOptions.IdempotencyKey,
        };
        return access.Run(command, async call =>
        {
            var request = new MintDownloadTokenRequest
            {
                StorageKey = await DownloadLinks.KeyOfAsync(call, call.Parsed.GetRequiredValue(reference)),
                TtlSeconds = call.Parsed.GetValue(ttl),
                MaxUses = call.Parsed.GetValue(uses),
            };
            var minted = await call.Clients.DownloadTokens.MintDownloadTokenAsync(request, call.Options);
            if (call.Parsed.GetValue(CatalogOptions.Json))
            {
                call.Output.Show(minted);
                return 0;
            }

            // Nothing but the token, so that it can be passed on; how to take it back is never lost.
            await call.Parsed.InvocationConfiguration.Output.WriteLineAsync(PrintableText.Of(minted.Token, MaxId));
            await call.Parsed.InvocationConfiguration.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"Gives {minted.MaxUses:N0} {(minted.MaxUses == 1 ? "link" : "links")} until {minted.ExpireTime?.ToDateTimeOffset():u}. To take it back: moviesnow token revoke {PrintableText.Of(minted.TokenId, MaxId)}"));
            return 0;
        });
    }

    public static Command Revoke(CatalogAccess access)
    {
        var id = new Argument<string>("token-id") { Description = "Id of the token, as mint tells it" };
        var command = new Command("revoke", "Makes a one-time token worthless. Links that it gave work until they expire.") { id, CatalogOptions.IdempotencyKey };
        return access.Run(command, async call =>
        {
            await call.Clients.DownloadTokens.RevokeDownloadTokenAsync(new RevokeDownloadTokenRequest { TokenId = call.Parsed.GetRequiredValue(id) }, call.Options);
            return 0;
        });
    }

    public static Command List(CatalogAccess access)
    {
        string[] columns = ["token_id", "uses_left", "max_uses", "expire_time", "storage_key"];
        var reference = DeliveryOptions.Reference();
        reference.Arity = ArgumentArity.ZeroOrOne;
        var command = new Command("list", "Lists the one-time tokens that have not expired; those of one download when it is named.") { reference, CatalogOptions.Limit };
        return access.Run(command, async call =>
        {
            var key = call.Parsed.GetValue(reference) is { } named ? await DownloadLinks.KeyOfAsync(call, named) : null;
            var tokens = TokensAsync(call).Where(token => key is null || string.Equals(token.StorageKey, key, StringComparison.Ordinal));
            await call.Output.ListAsync(tokens.Take(call.Parsed.GetValue(CatalogOptions.Limit) ?? int.MaxValue), columns, call.CancellationToken);
            return 0;
        });
    }

    /// <summary>All of them: what belongs to one download is found only among all.</summary>
    private static async IAsyncEnumerable<DownloadTokenSummary> TokensAsync(CatalogCall call)
    {
        var request = new ListDownloadTokensRequest { PageSize = PageSize };
        do
        {
            var page = await call.Clients.DownloadTokens.ListDownloadTokensAsync(request, call.Options);
            foreach (var token in page.Tokens)
            {
                yield return token;
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }
}
