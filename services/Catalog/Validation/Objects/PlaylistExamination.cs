using System.Globalization;
using MoviesNow.Catalog.V1;
using MoviesNow.Catalog.Validation.Playlists;

namespace MoviesNow.Catalog.Validation.Objects;

/// <summary>What a media playlist tells by itself, and whether the row says the same.</summary>
internal static class PlaylistExamination
{
    public static void Examine(StreamVariant variant, MediaPlaylist playlist, Findings findings)
    {
        var id = variant.Id;
        if (playlist.Segments.Count == 0)
        {
            findings.Add(ObjectRules.PlaylistEmpty, id, "The playlist has no segments.");
            return;
        }

        if (playlist.IsCut)
        {
            findings.Add(ObjectRules.PlaylistTooLong, id, $"The playlist has more than {playlist.Segments.Count} segments; the others were not looked at.");
            findings.MarkIncomplete();
        }

        if (!playlist.HasEndList)
        {
            findings.Add(ObjectRules.EndListMissing, id, "The playlist has no EXT-X-ENDLIST, so players take it for a live stream and wait for more.");
        }

        if (playlist.Type is not "VOD")
        {
            findings.Add(ObjectRules.PlaylistTypeMissing, id, "The playlist has no EXT-X-PLAYLIST-TYPE of VOD.");
        }

        ExamineDurations(id, playlist, findings);
        if (variant.Container is Container.Fmp4 && playlist.Segments.Any(segment => segment.Init is null))
        {
            findings.Add(ObjectRules.MapMissing, id, "Segments in fragmented MP4 have no EXT-X-MAP before them.");
        }

        ExamineDiscontinuities(id, playlist, findings);
        KeyExamination.Examine(variant, playlist, findings);
    }

    private static void ExamineDurations(string id, MediaPlaylist playlist, Findings findings)
    {
        var tooLong = playlist.Segments.Select((segment, i) => (segment.Duration, Number: i + 1))
            .Where(segment => Math.Round(segment.Duration, MidpointRounding.AwayFromZero) > playlist.TargetDuration)
            .ToArray();
        if (tooLong.Length > 0)
        {
            var (longest, number) = tooLong.MaxBy(segment => segment.Duration);
            findings.Add(ObjectRules.TargetDurationExceeded, id, string.Create(
                CultureInfo.InvariantCulture,
                $"{tooLong.Length} segments are longer than the target duration of {playlist.TargetDuration} s; "
                + $"the longest is number {number} with {longest:0.###} s."));
        }
    }

    private static void ExamineDiscontinuities(string id, MediaPlaylist playlist, Findings findings)
    {
        var needless = 0;
        for (var i = 0; i < playlist.Segments.Count; i++)
        {
            var segment = playlist.Segments[i];
            var isNeedless = i == 0 ? segment.Discontinuities > 0 : segment.Discontinuities > 1;
            // Another encoding has another initialization section.
            var isSameEncoding = i > 0 && segment.Discontinuities == 1 && segment.Init is not null && segment.Init == playlist.Segments[i - 1].Init;
            needless += isNeedless || isSameEncoding ? 1 : 0;
        }

        if (needless > 0)
        {
            findings.Add(
                ObjectRules.DiscontinuityNeedless, id,
                $"EXT-X-DISCONTINUITY stands {needless} times before the first segment, repeated, or between segments of one initialization section.");
        }
    }
}
