using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Policy;
using MoviesNow.Delivery.V1;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Links;

/// <summary>How a link is asked for: by key, or as the ZIP or manifest of a bundle.</summary>
/// <param name="Key">The key as the caller spelled it; null when a bundle is named.</param>
/// <param name="Bundle">The bundle; null when a key is named.</param>
/// <param name="WantsManifest">The bundle's manifest instead of its ZIP.</param>
internal sealed record LinkTarget(string? Key, ResolveBundleRequest? Bundle, bool WantsManifest = false);

/// <summary>What must be at the key; null or empty for what is not known.</summary>
internal sealed record ExpectedObject(long? Size, string ETag, string Sha256)
{
    public static readonly ExpectedObject Unknown = new(null, "", "");
}

/// <summary>What the rows say of something that may be downloaded.</summary>
/// <param name="TitleName">For the file name.</param>
/// <param name="Availability">When and where.</param>
/// <param name="RequiresToken">Whether a link costs a one-time token.</param>
/// <param name="ExpireTime">When it stops being delivered; null for never.</param>
/// <param name="BundleId">The bundle; empty where none is needed.</param>
/// <param name="Kind">For metrics.</param>
/// <param name="Expected">The object that was checked.</param>
internal sealed record LinkRow(
    string TitleName, Availability? Availability, bool RequiresToken, DateTimeOffset? ExpireTime, string BundleId, string Kind, ExpectedObject Expected);

/// <summary>One link that is asked for, on its way through the stages.</summary>
internal sealed class LinkItem(LinkTarget target, DownloadOptions options, string country)
{
    public LinkTarget Target => target;

    /// <summary>Country of the viewer; empty when unknown.</summary>
    public string Country => country;

    /// <summary>Checked.</summary>
    public DownloadOptions Options => options;

    public LinkFacts Facts { get; set; } = LinkFacts.None;

    /// <summary>The admitted key; null when it is not allowed, and for a manifest that the bundle has not.</summary>
    public AdmittedDownload? Download { get; set; }

    public LinkRow? Row { get; set; }

    public StoredObject? Stored { get; set; }

    /// <summary>Why there is no link; null while there may be one.</summary>
    public ErrorReason? Reason { get; set; }

    /// <summary>What went wrong while it was decided.</summary>
    public Exception? Fault { get; set; }

    public DownloadLink? Link { get; set; }

    public bool IsOpen => Reason is null && Fault is null;
}

/// <summary>Who asks.</summary>
/// <param name="Network">Hash of the network, for quotas; null for callers without quota.</param>
/// <param name="Time">The call's own end.</param>
internal sealed record LinkCall(string? Network, CancellationToken Time);
