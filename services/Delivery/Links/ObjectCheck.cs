using MoviesNow.Delivery.Policy;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Links;

/// <summary>
/// Holds the object in the bucket against the row, so that what is delivered is what was verified. Storage's answer is remembered for a short while
/// (<see cref="StorageOptions.HeadCacheDuration"/>), so a replaced object is noticed after that at the latest.
/// </summary>
internal sealed class ObjectCheck(HeadCache heads, LinkMetrics metrics, ILogger<ObjectCheck> logger)
{
    /// <summary>Settles it when storage's answer is remembered, and the object is the one that was checked.</summary>
    public bool TryRecall(LinkItem item)
    {
        if (item.Download is not { } download || heads.Recall(download.Key) is not { } remembered || DifferenceOf(remembered, item.Row!.Expected) is not null)
        {
            return false;
        }

        item.Stored = remembered;
        item.Facts = item.Facts with { Object = ObjectFact.Verified };
        return true;
    }

    public async Task ReadAsync(LinkItem item, LinkCall call)
    {
        if (item.Download is not { } download)
        {
            item.Facts = item.Facts with { Object = ObjectFact.Missing };
            return;
        }

        var expected = item.Row!.Expected;
        item.Stored = await heads.HeadAsync(download.Key, call.Time);
        if (item.Stored is { } remembered && DifferenceOf(remembered, expected) is not null)
        {
            // What is remembered may be of an object that had the key before this row.
            heads.Forget(download.Key);
            item.Stored = await heads.HeadAsync(download.Key, call.Time);
        }

        item.Facts = item.Facts with { Object = FactOf(item, download) };
    }

    /// <summary>In what an object is not the one that was checked; null when it is, as far as is known.</summary>
    public static string? DifferenceOf(StoredObject stored, ExpectedObject expected) =>
        expected.Size is { } size && stored.Size != size ? "size"
        : stored.Sha256 is { } sha256 && expected.Sha256.Length > 0 && !string.Equals(sha256.Hex, expected.Sha256, StringComparison.Ordinal) ? "checksum"
        : expected.ETag.Length > 0 && !string.Equals(stored.ETag, expected.ETag, StringComparison.Ordinal) ? "etag"
        : null;

    private ObjectFact FactOf(LinkItem item, AdmittedDownload download)
    {
        if (item.Stored is null)
        {
            return ObjectFact.Missing;
        }

        if (DifferenceOf(item.Stored, item.Row!.Expected) is not { } difference)
        {
            return ObjectFact.Verified;
        }

        metrics.ObjectChanged(difference);
        logger.LogError("The {Entry} of bundle {BundleId} is not the object that was verified: its {Difference} is another", download.Entry, item.Row.BundleId, difference);
        return ObjectFact.Changed;
    }
}
