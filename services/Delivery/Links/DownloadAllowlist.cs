using System.Diagnostics.CodeAnalysis;
using System.Net.Mime;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Links;

/// <summary>
/// What may ever be presigned: ZIPs of bundles and extras, and the manifests of bundles. The list is closed and names what a key
/// means, not how it begins, so that no spelling of another key passes.
/// </summary>
internal static class DownloadAllowlist
{
    /// <summary>True when the key may be downloaded.</summary>
    /// <param name="key">As the caller spelled it.</param>
    /// <param name="download">What it means.</param>
    public static bool TryAdmit(string key, [NotNullWhen(true)] out AdmittedDownload? download)
    {
        download = StorageKey.TryParse(key, out var parsed) && StorageLocation.TryParse(parsed, out var location) ? Admit(location) : null;
        return download is not null;
    }

    private static AdmittedDownload? Admit(StorageLocation location) => location switch
    {
        SeasonBundleLocation or BundleLocation or ExtrasLocation => new AdmittedDownload(location, MediaTypeNames.Application.Zip),
        SeasonBundleManifestLocation or BundleManifestLocation => new AdmittedDownload(location, MediaTypeNames.Application.Json),
        _ => null,
    };
}

/// <summary>A key that may be downloaded.</summary>
/// <param name="Location">What the key means.</param>
/// <param name="ContentType">The media type that the answer gets, whatever was uploaded.</param>
internal sealed record AdmittedDownload(StorageLocation Location, string ContentType)
{
    public StorageKey Key => Location.Key;
}
