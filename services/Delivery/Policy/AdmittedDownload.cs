using MoviesNow.Storage;

namespace MoviesNow.Delivery.Policy;

/// <summary>Which of the daily quotas a link counts for.</summary>
internal enum QuotaKind
{
    /// <summary>ZIPs of bundles: <c>bundles/….zip</c>.</summary>
    Bundles,

    /// <summary>All else: extras, manifests, and what configuration adds.</summary>
    Downloads,
}

/// <summary>A key that may be downloaded, once the rows allow it.</summary>
/// <param name="Key">The key in its only spelling.</param>
/// <param name="Entry">Name of the entry of the list that admits it.</param>
/// <param name="ContentType">The media type that the answer gets, whatever was uploaded.</param>
/// <param name="Quota">The quota that it counts for.</param>
/// <param name="TitleId">The title that it belongs to.</param>
/// <param name="EpisodeId">The episode that it belongs to, if its folder says so.</param>
/// <param name="RequiresBundle">Whether it must be the ZIP or manifest of a published bundle; otherwise its title decides.</param>
/// <param name="RequiresToken">Whether it costs a one-time token whatever its row says.</param>
internal sealed record AdmittedDownload(
    StorageKey Key, string Entry, string ContentType, QuotaKind Quota, Guid TitleId, Guid? EpisodeId, bool RequiresBundle, bool RequiresToken);
