using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace MoviesNow.Catalog.Validation.Playlists;

/// <summary>
/// Reads media playlists strictly: what RFC 8216bis forbids is refused, unlike in players, which guess. Tags that are not examined are passed
/// over. The work is bounded by the size of the text.
/// </summary>
internal sealed class MediaPlaylistReader
{
    private const string TagPrefix = "#EXT";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly int _maxSegments;
    private readonly List<PlaylistSegment> _segments = [];
    private readonly SegmentTags _tags = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    private int? _targetDuration;
    private long _mediaSequence;
    private string? _type;
    private bool _isCut;

    private MediaPlaylistReader(int maxSegments) => _maxSegments = maxSegments;

    /// <summary>Reads a playlist, or says why it is none.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="maxSegments">The most segments that are read.</param>
    /// <param name="playlist">The playlist.</param>
    /// <param name="problem">The first thing that is wrong.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> content, int maxSegments, [NotNullWhen(true)] out MediaPlaylist? playlist, [NotNullWhen(false)] out PlaylistProblem? problem)
    {
        playlist = null;
        string text;
        try
        {
            text = StrictUtf8.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            problem = new(1, "the file is not UTF-8");
            return false;
        }

        return new MediaPlaylistReader(maxSegments).TryRead(text, out playlist, out problem);
    }

    private bool TryRead(string text, [NotNullWhen(true)] out MediaPlaylist? playlist, [NotNullWhen(false)] out PlaylistProblem? problem)
    {
        playlist = null;
        var number = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            number++;
            var line = text.AsSpan(range);
            line = line is [.. var bare, '\r'] ? bare : line;
            var wrong = number == 1 && line is not "#EXTM3U" ? "the file does not begin with #EXTM3U" : ReadLine(line);
            if (wrong is not null)
            {
                problem = new(number, wrong);
                return false;
            }
        }

        var end = _targetDuration is null ? "EXT-X-TARGETDURATION is missing" : _tags.HasDuration && !_isCut ? "EXTINF has no segment" : null;
        if (end is not null)
        {
            problem = new(number, end);
            return false;
        }

        problem = null;
        playlist = new(
            _targetDuration!.Value, _seen.Contains("EXT-X-ENDLIST"), _type, _mediaSequence, _seen.Contains("EXT-X-INDEPENDENT-SEGMENTS"), _segments,
            _tags.UsedKeys, _isCut);
        return true;
    }

    /// <summary>Reads a line; what is wrong with it, or null.</summary>
    private string? ReadLine(ReadOnlySpan<char> line)
    {
        if (HasControlCharacter(line))
        {
            return "the line has a control character";
        }

        if (line.IsEmpty || (line[0] is '#' && !line.StartsWith(TagPrefix, StringComparison.Ordinal)))
        {
            return null;
        }

        if (line[0] is not '#')
        {
            return ReadUri(line.ToString());
        }

        var colon = line.IndexOf(':');
        var name = (colon < 0 ? line : line[..colon])[1..].ToString();
        return ReadTag(name, colon < 0 ? [] : line[(colon + 1)..]);
    }

    private string? ReadUri(string uri)
    {
        if (_segments.Count == _maxSegments)
        {
            _isCut = true;
            return null;
        }

        if (!_tags.TryTake(uri, out var segment, out var wrong))
        {
            return wrong;
        }

        _segments.Add(segment);
        return null;
    }

    private string? ReadTag(string name, ReadOnlySpan<char> value)
    {
        switch (name)
        {
            case "EXT-X-STREAM-INF" or "EXT-X-MEDIA" or "EXT-X-I-FRAME-STREAM-INF":
                return "it is a multivariant playlist";
            case "EXTINF" or "EXT-X-BYTERANGE" or "EXT-X-MAP" or "EXT-X-KEY" or "EXT-X-DISCONTINUITY":
                return _isCut ? null : _tags.Read(name, value);
            case "EXT-X-TARGETDURATION" or "EXT-X-MEDIA-SEQUENCE" or "EXT-X-PLAYLIST-TYPE" or "EXT-X-ENDLIST" or "EXT-X-INDEPENDENT-SEGMENTS":
                return _seen.Add(name) ? ReadOnce(name, value) : $"{name} is there twice";
            default:
                return null;
        }
    }

    private string? ReadOnce(string name, ReadOnlySpan<char> value)
    {
        switch (name)
        {
            case "EXT-X-TARGETDURATION":
                var isSeconds = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= SegmentTags.MaxSeconds;
                _targetDuration = isSeconds ? seconds : null;
                return _targetDuration is null ? "EXT-X-TARGETDURATION is not a number of seconds" : null;
            case "EXT-X-MEDIA-SEQUENCE":
                var isNumber = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _mediaSequence);
                return !isNumber ? "EXT-X-MEDIA-SEQUENCE is not a number" : _segments.Count > 0 ? "EXT-X-MEDIA-SEQUENCE follows a segment" : null;
            case "EXT-X-PLAYLIST-TYPE":
                _type = value.ToString();
                return _type is "VOD" or "EVENT" ? null : "EXT-X-PLAYLIST-TYPE is neither VOD nor EVENT";
            default:
                return null;
        }
    }

    private static bool HasControlCharacter(ReadOnlySpan<char> line) => line.ContainsAnyInRange('\0', '\x1f') || line.ContainsAnyInRange('\x7f', '\x9f');
}
