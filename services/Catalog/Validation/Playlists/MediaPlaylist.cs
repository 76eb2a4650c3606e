namespace MoviesNow.Catalog.Validation.Playlists;

/// <summary>A media playlist (RFC 8216bis), as far as it is examined.</summary>
/// <param name="TargetDuration">EXT-X-TARGETDURATION in seconds.</param>
/// <param name="HasEndList">True when it has EXT-X-ENDLIST.</param>
/// <param name="Type">EXT-X-PLAYLIST-TYPE; null without.</param>
/// <param name="MediaSequence">EXT-X-MEDIA-SEQUENCE; 0 without.</param>
/// <param name="HasIndependentSegments">True when it has EXT-X-INDEPENDENT-SEGMENTS.</param>
/// <param name="Segments">The segments; of a longer playlist the first ones.</param>
/// <param name="Keys">The keys that at least one segment is encrypted with.</param>
/// <param name="IsCut">True when it has more segments than were read.</param>
internal sealed record MediaPlaylist(
    int TargetDuration,
    bool HasEndList,
    string? Type,
    long MediaSequence,
    bool HasIndependentSegments,
    IReadOnlyList<PlaylistSegment> Segments,
    IReadOnlyCollection<PlaylistKey> Keys,
    bool IsCut)
{
    /// <summary>Seconds of all segments.</summary>
    public double Duration => Segments.Sum(segment => segment.Duration);

    /// <summary>The different initialization sections.</summary>
    public IEnumerable<InitSection> InitSections => Segments.Select(segment => segment.Init).OfType<InitSection>().Distinct();
}

/// <summary>A segment.</summary>
/// <param name="Uri">The URI, as it is written.</param>
/// <param name="Duration">Seconds of EXTINF.</param>
/// <param name="Range">The bytes of the resource that it has; null for all.</param>
/// <param name="Init">The initialization section of EXT-X-MAP; null without.</param>
/// <param name="Discontinuities">How many EXT-X-DISCONTINUITY stand before it.</param>
internal sealed record PlaylistSegment(string Uri, double Duration, SegmentRange? Range, InitSection? Init, int Discontinuities);

/// <summary>EXT-X-MAP.</summary>
internal sealed record InitSection(string Uri, SegmentRange? Range);

/// <summary>A part of a resource, in bytes.</summary>
internal sealed record SegmentRange(long Length, long Offset)
{
    public long End => Offset + Length;
}

/// <summary>EXT-X-KEY without its URI, which may be a secret.</summary>
/// <param name="Method">METHOD, other than NONE.</param>
/// <param name="Format">KEYFORMAT; <c>identity</c> without.</param>
internal sealed record PlaylistKey(string Method, string Format);

/// <summary>Why a text is no media playlist.</summary>
/// <param name="Line">Number of the line, from 1.</param>
/// <param name="Text">What is wrong with it, as the end of a sentence. It never repeats a URI.</param>
internal sealed record PlaylistProblem(int Line, string Text);
