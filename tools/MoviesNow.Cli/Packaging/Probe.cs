namespace MoviesNow.Cli.Packaging;

/// <summary>What ffprobe tells of a file.</summary>
/// <param name="Format">Names of the container, such as <c>matroska,webm</c>.</param>
/// <param name="Duration">Of the picture; zero when unknown.</param>
/// <param name="Video">The picture that is packaged; null when there is none.</param>
/// <param name="CoverIndex">Index of an embedded cover picture; null when there is none.</param>
/// <param name="Audio">All audio tracks, in the order of the file.</param>
/// <param name="Subtitles">All subtitle tracks, in the order of the file.</param>
internal sealed record Probe(
    string Format, TimeSpan Duration, VideoTrack? Video, int? CoverIndex, IReadOnlyList<AudioTrack> Audio, IReadOnlyList<SubtitleTrack> Subtitles);

/// <summary>How bright a picture may be.</summary>
internal enum SourceRange
{
    /// <summary>Standard.</summary>
    Sdr,

    /// <summary>SMPTE ST 2084, as HDR10 has it.</summary>
    Pq,

    /// <summary>Hybrid log-gamma.</summary>
    Hlg,
}

/// <summary>The picture.</summary>
/// <param name="Index">Index of the stream in the file.</param>
/// <param name="Width">As shown: rotated, with square pixels.</param>
/// <param name="Height">As shown: rotated.</param>
/// <param name="Rate">Average frames a second.</param>
/// <param name="IsVariableRate">Whether frames last differently.</param>
/// <param name="IsInterlaced">Whether a frame is two fields.</param>
/// <param name="Range">Dynamic range.</param>
/// <param name="Matrix">Colour matrix, such as <c>bt709</c>; null when it is not told.</param>
/// <param name="DolbyVisionProfile">Its profile; null for what is not Dolby Vision.</param>
internal sealed record VideoTrack(
    int Index, int Width, int Height, FrameRate Rate, bool IsVariableRate, bool IsInterlaced, SourceRange Range, string? Matrix, int? DolbyVisionProfile);

/// <summary>An audio track.</summary>
/// <param name="Index">Index of the stream in the file.</param>
/// <param name="Channels">Number of channels.</param>
/// <param name="Language">BCP 47; null when it is not told.</param>
/// <param name="Title">Its name; empty when it has none.</param>
/// <param name="IsDefault">Whether the file says that it plays first.</param>
internal sealed record AudioTrack(int Index, int Channels, string? Language, string Title, bool IsDefault);

/// <summary>A subtitle track.</summary>
/// <param name="Index">Index of the stream in the file.</param>
/// <param name="Codec">Name of its codec in ffmpeg, such as <c>subrip</c>.</param>
/// <param name="Language">BCP 47; null when it is not told.</param>
/// <param name="IsDefault">Whether the file says that it is shown first.</param>
/// <param name="IsForced">Whether it has only what must be translated in a film whose language is understood.</param>
/// <param name="IsForDeaf">Whether it tells sounds too.</param>
/// <param name="File">The file that it is, when it lies beside the film.</param>
internal sealed record SubtitleTrack(int Index, string Codec, string? Language, bool IsDefault, bool IsForced, bool IsForDeaf, string? File = null);
