using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Catalog;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Cli.Delivery;

/// <summary>Asks for links to one bundle or key.</summary>
internal sealed class DownloadLinks(CatalogClients clients, string reference, DownloadOptions options)
{
    /// <summary>A link to it.</summary>
    /// <exception cref="CommandException">The service answered with something that is no link.</exception>
    public async Task<DownloadLink> AskAsync(CancellationToken cancellationToken)
    {
        var link = IsBundleId(reference)
            ? (await clients.Links.GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = reference, Options = options }, cancellationToken: cancellationToken)).Link
            : (await clients.Links.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = reference, Options = options }, cancellationToken: cancellationToken)).Link;
        RequireUrl(link?.Url);
        return link!;
    }

    /// <summary>The key in the bucket of a bundle or, when it is one already, the key itself.</summary>
    public static async Task<string> KeyOfAsync(CatalogCall call, string reference) => IsBundleId(reference)
        ? (await call.Clients.Bundles.GetBundleAsync(new GetBundleRequest { BundleId = reference }, cancellationToken: call.CancellationToken)).Bundle.StorageKey
        : reference;

    /// <summary>Passes a URL that is fit to be fetched, and to be printed as it is: its signature would not survive any escaping.</summary>
    /// <exception cref="CommandException">It is none.</exception>
    public static void RequireUrl(string? url)
    {
        if (url is null || url.Any(character => character is <= ' ' or > '~') || !Uri.TryCreate(url, UriKind.Absolute, out var parsed)
            || (parsed.Scheme != Uri.UriSchemeHttp && parsed.Scheme != Uri.UriSchemeHttps))
        {
            throw new CommandException("The service gave a link that is no URL.");
        }
    }

    // Keys have slashes.
    private static bool IsBundleId(string reference) => Guid.TryParseExact(reference, "D", out _);
}
