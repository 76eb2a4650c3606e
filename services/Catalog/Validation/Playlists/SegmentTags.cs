using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MoviesNow.Catalog.Validation.Playlists;

/// <summary>The tags that apply to the segments after them (RFC 8216bis 4.4.4).</summary>
internal sealed class SegmentTags
{
    /// <summary>A day, as for every duration of the contract.</summary>
    public const int MaxSeconds = 86_400;

    private readonly Dictionary<string, PlaylistKey> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<PlaylistKey> _usedKeys = [];

    private double? _duration;
    private (long Length, long? Offset)? _range;
    private InitSection? _init;
    private int _discontinuities;
    private (string Uri, long End)? _previousRange;

    public bool HasDuration => _duration is not null;

    /// <summary>The keys that a segment was encrypted with.</summary>
    public IReadOnlyCollection<PlaylistKey> UsedKeys => _usedKeys;

    /// <summary>Takes a tag; what is wrong with it, or null.</summary>
    public string? Read(string name, ReadOnlySpan<char> value) => name switch
    {
        "EXTINF" => ReadDuration(value),
        "EXT-X-BYTERANGE" => (_range = ParseRange(value)) is null ? "EXT-X-BYTERANGE is malformed" : null,
        "EXT-X-MAP" => ReadMap(value),
        "EXT-X-KEY" => ReadKey(value),
        _ => ReadDiscontinuity(),
    };

    /// <summary>Makes the segment that the tags before describe.</summary>
    public bool TryTake(string uri, [NotNullWhen(true)] out PlaylistSegment? segment, [NotNullWhen(false)] out string? wrong)
    {
        segment = null;
        if (_duration is not { } duration)
        {
            wrong = "the segment has no EXTINF";
            return false;
        }

        SegmentRange? range = null;
        if (_range is { } given)
        {
            var following = _previousRange is { } previous && previous.Uri == uri ? previous.End : (long?)null;
            if ((given.Offset ?? following) is not { } offset || offset > long.MaxValue - given.Length)
            {
                wrong = "EXT-X-BYTERANGE has no offset, and no part of the same resource is before it";
                return false;
            }

            range = new(given.Length, offset);
        }

        segment = new(uri, duration, range, _init, _discontinuities);
        _usedKeys.UnionWith(_keys.Values);
        _previousRange = range is { } known ? (uri, known.End) : null;
        (_duration, _range, _discontinuities) = (null, null, 0);
        wrong = null;
        return true;
    }

    private string? ReadDuration(ReadOnlySpan<char> value)
    {
        if (_duration is not null)
        {
            return "EXTINF has no segment";
        }

        var comma = value.IndexOf(',');
        var isNumber = double.TryParse(comma < 0 ? value : value[..comma], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= MaxSeconds;
        _duration = isNumber ? seconds : null;
        return isNumber ? null : "EXTINF is not a number of seconds";
    }

    private string? ReadMap(ReadOnlySpan<char> value)
    {
        if (AttributeList.Parse(value) is not { } attributes || !attributes.TryGetValue("URI", out var uri) || uri.Length == 0)
        {
            return "EXT-X-MAP has no URI";
        }

        SegmentRange? range = null;
        if (attributes.TryGetValue("BYTERANGE", out var text))
        {
            if (ParseRange(text) is not { } parsed)
            {
                return "the BYTERANGE of EXT-X-MAP is malformed";
            }

            range = new(parsed.Length, parsed.Offset ?? 0);
        }

        _init = new(uri, range);
        return null;
    }

    private string? ReadKey(ReadOnlySpan<char> value)
    {
        if (AttributeList.Parse(value) is not { } attributes || !attributes.TryGetValue("METHOD", out var method))
        {
            return "EXT-X-KEY has no METHOD";
        }

        if (method is "NONE")
        {
            _keys.Clear();
            return null;
        }

        if (!attributes.ContainsKey("URI"))
        {
            return "EXT-X-KEY has no URI";
        }

        // A key replaces the one before it of the same format; keys of several formats apply together.
        var format = attributes.GetValueOrDefault("KEYFORMAT", "identity");
        _keys[format] = new(method, format);
        return null;
    }

    private string? ReadDiscontinuity()
    {
        _discontinuities++;
        return null;
    }

    private static (long Length, long? Offset)? ParseRange(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf('@');
        var isLength = long.TryParse(at < 0 ? text : text[..at], NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length > 0;
        if (!isLength || at < 0)
        {
            return isLength ? (length, null) : null;
        }

        return long.TryParse(text[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var offset) && offset <= long.MaxValue - length
            ? (length, offset)
            : null;
    }
}
