using System.Globalization;
using MoviesNow.Catalog.Validation.Playlists;

namespace MoviesNow.Catalog.Validation.Objects;

/// <summary>Whether the objects that a playlist names are there, and weigh what the row says.</summary>
internal static class SegmentExamination
{
    private const double BandwidthTolerance = 0.1;
    private const double SizeTolerance = 0.01;

    public static void Examine(VariantObjects objects, int maxNamed, Findings findings)
    {
        if (objects.Listing.IsCut)
        {
            findings.MarkIncomplete();
        }

        ExamineSegments(objects, maxNamed, findings);
        foreach (var init in objects.Playlist.InitSections)
        {
            ExamineInit(objects, init, findings);
        }

        ExamineSize(objects, findings);
        ExamineBandwidth(objects, findings);
    }

    private static void ExamineSegments(VariantObjects objects, int maxNamed, Findings findings)
    {
        var id = objects.Variant.Id;
        var outside = new NamedFindings(findings, ObjectRules.SegmentOutside, id, maxNamed);
        var missing = new NamedFindings(findings, ObjectRules.SegmentMissing, id, maxNamed);
        var empty = new NamedFindings(findings, ObjectRules.SegmentEmpty, id, maxNamed);
        var beyond = new NamedFindings(findings, ObjectRules.ByteRangeOutside, id, maxNamed);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < objects.Playlist.Segments.Count; i++)
        {
            var (segment, number) = (objects.Playlist.Segments[i], i + 1);
            var isFirst = seen.Add(segment.Uri);
            if (objects.Folder.Resolve(segment.Uri) is not { } key)
            {
                outside.Add(id, $"The URI of segment {number} is absolute, leaves the folder of the playlist, or is none that a storage key can have.");
            }
            else if (!objects.Listing.Sizes.TryGetValue(key, out var size))
            {
                if (isFirst && !objects.Listing.IsCut)
                {
                    missing.Add(key, $"Segment {number} of variant {id} is not in the bucket.");
                }
            }
            else if (size == 0 && isFirst)
            {
                empty.Add(key, $"Segment {number} of variant {id} has no bytes.");
            }
            else if (segment.Range?.End > size)
            {
                beyond.Add(key, $"The byte range of segment {number} of variant {id} ends after the object.");
            }
        }

        outside.Count("more segments have such URIs.");
        missing.Count("more segments are not in the bucket.");
        empty.Count("more segments have no bytes.");
        beyond.Count("more byte ranges end after their object.");
    }

    private static void ExamineInit(VariantObjects objects, InitSection init, Findings findings)
    {
        var id = objects.Variant.Id;
        if (objects.Folder.Resolve(init.Uri) is not { } key)
        {
            findings.Add(
                ObjectRules.SegmentOutside, id,
                "The URI of an initialization section is absolute, leaves the folder of the playlist, or is none that a storage key can have.");
        }
        else if (objects.Listing.Sizes.TryGetValue(key, out var size))
        {
            if (init.Range?.End > size)
            {
                findings.Add(ObjectRules.ByteRangeOutside, key, $"The byte range of an initialization section of variant {id} ends after the object.");
            }
        }
        else if (!objects.Listing.IsCut)
        {
            findings.Add(ObjectRules.InitSegmentMissing, key, $"An initialization section of variant {id} is not in the bucket.");
        }
    }

    private static void ExamineSize(VariantObjects objects, Findings findings)
    {
        var declared = objects.Variant.SizeBytes;
        if (declared > 0 && objects.TotalBytes() is { } total && Math.Abs(total - declared) > declared * SizeTolerance)
        {
            findings.Add(
                ObjectRules.VariantSizeMismatch, objects.Variant.Id,
                $"The recorded size is {declared} bytes, and the playlist and what it names have {total}.");
        }
    }

    private static void ExamineBandwidth(VariantObjects objects, Findings findings)
    {
        if (objects.Weigh() is not { } weights)
        {
            return;
        }

        var peak = SegmentRates.Peak(weights, objects.Playlist.TargetDuration);
        if (peak is null && weights.Count > 0)
        {
            findings.MarkIncomplete();
        }

        Compare(ObjectRules.PeakBandwidthMismatch, "peak", objects.Variant.PeakBandwidthBps, peak);
        Compare(ObjectRules.AverageBandwidthMismatch, "average", objects.Variant.AverageBandwidthBps, SegmentRates.Average(weights));

        void Compare(MediaRule rule, string which, long declared, double? measured)
        {
            if (measured is { } rate && Math.Abs(rate - declared) > declared * BandwidthTolerance)
            {
                findings.Add(rule, objects.Variant.Id, string.Create(
                    CultureInfo.InvariantCulture, $"The recorded {which} bandwidth is {declared} bits per second, and the segments have {rate:0}."));
            }
        }
    }
}
