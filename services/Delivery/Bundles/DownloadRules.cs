using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Delivery.Bundles;

/// <summary>Why a bundle may not be downloaded; null when it may.</summary>
/// <param name="resolved">The bundle and its title, as the catalogue answered.</param>
/// <param name="options">What the caller asked for; checked.</param>
/// <param name="now">The time of the call.</param>
internal delegate ErrorReason? DownloadRule(ResolveBundleResponse resolved, DownloadOptions options, DateTimeOffset now);

/// <summary>What the catalogue's answer about a bundle means for a download.</summary>
internal static class DownloadRules
{
    /// <summary>Why the ZIP may not be downloaded.</summary>
    public static ErrorReason? Refusal(ResolveBundleResponse resolved, DownloadOptions options, DateTimeOffset now)
    {
        var bundle = resolved.Bundle;
        if (bundle.State is not BundleState.Published || bundle.ExpireTime.ToDateTimeOffset() <= now || resolved.TitleState is not TitleState.Published)
        {
            return ErrorReason.BundleNotFound;
        }

        if (!TitleAvailability.Allows(resolved.Availability, now, options.Country))
        {
            return ErrorReason.NotAvailable;
        }

        return bundle.RequiresToken && options.Token.Length == 0 ? ErrorReason.TokenRequired : null;
    }

    /// <summary>Why the manifest may not be downloaded.</summary>
    public static ErrorReason? ManifestRefusal(ResolveBundleResponse resolved, DownloadOptions options, DateTimeOffset now) =>
        Refusal(resolved, options, now) ?? (resolved.Bundle.ManifestKey.Length == 0 ? ErrorReason.ObjectNotFound : null);
}
