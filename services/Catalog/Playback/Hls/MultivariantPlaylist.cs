using System.Globalization;
using System.Text;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback.Hls;

/// <summary>
/// Writes the HLS multivariant playlist (RFC 8216bis) of a film or an episode. The same rows give the same bytes, whatever order they
/// come in. docs/playlists.md tells the rules and the clause that each stands on.
/// </summary>
internal static class MultivariantPlaylist
{
    private const string SubtitleGroup = "subs";

    // What is more is no frame rate, or not a number.
    private const double MaxFrameRate = 1_000;

    private const string CaptionCharacteristics = "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound";

    public static string Write(PlaybackSource source) =>
        Write(source, PlaylistLayout.Of(source), TextRendition.Of(source.Texts, source.OriginalLanguage));

    public static string Write(PlaybackSource source, PlaylistLayout layout, IReadOnlyList<TextRendition> texts)
    {
        var uris = new PlaylistUri(source.Folder, source.BaseUri);
        var keys = SessionKeys.Of(layout.Variants).ToArray();
        var subtitles = texts.Where(text => text.IsPlaylist).ToArray();
        var hasGroups = layout.AudioGroups.Count > 0 || subtitles.Length > 0;
        var lines = new List<string> { "#EXTM3U", $"#EXT-X-VERSION:{Version(keys.Length > 0, hasGroups)}", "#EXT-X-INDEPENDENT-SEGMENTS" };
        lines.AddRange(keys);
        lines.AddRange(layout.AudioGroups.SelectMany(group => group.Members.Select(member => Audio(group, member, uris))));
        lines.AddRange(subtitles.Select(text => Subtitles(text, uris)));
        lines.AddRange(Streams(layout).SelectMany(stream => Stream(stream.Variant, stream.Group, subtitles.Length > 0, uris)));
        return new StringBuilder().AppendJoin('\n', lines).Append('\n').ToString();
    }

    /// <summary>The lowest that the features need: RFC 8216bis 8, and 4.4.4.4 for KEYFORMAT.</summary>
    private static int Version(bool hasKeys, bool hasGroups) => hasKeys ? 5 : hasGroups ? 4 : 1;

    /// <summary>Each video once for each audio group; without video, the default rendition of each group.</summary>
    private static IEnumerable<(StreamVariant Variant, AudioGroup? Group)> Streams(PlaylistLayout layout) =>
        (layout.Streams, layout.AudioGroups) switch
        {
            ({ Count: > 0 } streams, []) => streams.Select(stream => (stream, (AudioGroup?)null)),
            ([], var groups) => groups.Select(group => (group.Members[0].Variant, (AudioGroup?)group)),
            var (streams, groups) => streams.SelectMany(_ => groups, (stream, group) => (stream, (AudioGroup?)group)),
        };

    private static string Audio(AudioGroup group, AudioRendition member, PlaylistUri uris) => new PlaylistTag("EXT-X-MEDIA")
        .Add("TYPE", "AUDIO")
        .AddQuoted("GROUP-ID", group.Id)
        .AddQuoted("LANGUAGE", LanguageNames.Tag(member.Variant.AudioLanguage))
        .AddQuoted("NAME", member.Name)
        .Add("DEFAULT", member.IsDefault)
        .Add("AUTOSELECT", member.IsAutoselect)
        .AddQuoted("CHANNELS", group.Channels > 0 ? group.Channels.ToString(CultureInfo.InvariantCulture) : null)
        .AddQuoted("URI", uris.Of(member.Variant.StorageKey))
        .ToString();

    private static string Subtitles(TextRendition text, PlaylistUri uris) => new PlaylistTag("EXT-X-MEDIA")
        .Add("TYPE", "SUBTITLES")
        .AddQuoted("GROUP-ID", SubtitleGroup)
        .AddQuoted("LANGUAGE", LanguageNames.Tag(text.Asset.Language))
        .AddQuoted("NAME", text.Name)
        .Add("DEFAULT", text.IsDefault)
        .Add("AUTOSELECT", text.IsAutoselect)
        .Add("FORCED", false)
        .AddQuoted("CHARACTERISTICS", text.IsCaption ? CaptionCharacteristics : null)
        .AddQuoted("URI", uris.Of(text.Asset.StorageKey))
        .ToString();

    private static string[] Stream(StreamVariant variant, AudioGroup? group, bool hasSubtitles, PlaylistUri uris)
    {
        // Of an audio-only title the stream is a member of its group, and not to be counted twice.
        var isMember = variant.IsAudioOnly && group is not null;
        var peak = (isMember ? 0 : (ulong)variant.PeakBandwidthBps) + (ulong)(group?.PeakBandwidthBps ?? 0);
        var average = (isMember ? 0 : Positive(variant.AverageBandwidthBps)) + Positive(group?.AverageBandwidthBps ?? 0);
        var codecs = PlaylistCodecs.Of([variant, .. group?.Members.Select(member => member.Variant) ?? []]);
        var hasVideo = !variant.IsAudioOnly;
        var tag = new PlaylistTag("EXT-X-STREAM-INF")
            .Add("BANDWIDTH", peak)
            .Add("AVERAGE-BANDWIDTH", average > 0 ? average.ToString(CultureInfo.InvariantCulture) : null)
            .AddQuoted("CODECS", codecs)
            .AddQuoted("SUPPLEMENTAL-CODECS", codecs is null ? null : PlaylistCodecs.Supplemental(variant))
            .Add("RESOLUTION", hasVideo && variant is { Width: > 0, Height: > 0 } ? $"{variant.Width}x{variant.Height}" : null)
            .Add("FRAME-RATE", hasVideo && variant.FrameRate is > 0 and < MaxFrameRate ? Rate(variant.FrameRate) : null)
            .Add("VIDEO-RANGE", hasVideo ? PlaylistCodecs.VideoRange(variant) : null)
            .AddQuoted("AUDIO", group?.Id)
            .AddQuoted("SUBTITLES", hasSubtitles ? SubtitleGroup : null)
            .Add("CLOSED-CAPTIONS", hasVideo ? "NONE" : null);
        return [tag.ToString(), uris.Of(variant.StorageKey)];
    }

    private static string Rate(double framesPerSecond) => framesPerSecond.ToString("F3", CultureInfo.InvariantCulture);

    private static ulong Positive(long value) => value > 0 ? (ulong)value : 0;
}
