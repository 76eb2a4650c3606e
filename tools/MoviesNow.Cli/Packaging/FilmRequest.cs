using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MoviesNow.Cli.Packaging;

/// <summary>A film to package.</summary>
/// <param name="File">The source.</param>
/// <param name="TitleId">Its title.</param>
/// <param name="EpisodeId">Its episode; empty for a film.</param>
/// <param name="Plan">What the user wants of the package.</param>
/// <param name="Subtitles">Subtitles that lie beside it.</param>
/// <param name="Work">The work directory; null for the usual one.</param>
/// <param name="Keep">Whether the work directory keeps what was made.</param>
/// <param name="Again">Whether it is packaged anew though it was published before.</param>
/// <param name="WithArtwork">Whether pictures are uploaded where the title has none.</param>
internal sealed record FilmRequest(
    string File, string TitleId, string EpisodeId, PlanOptions Plan, IReadOnlyList<SubtitleFile> Subtitles, string? Work, bool Keep, bool Again, bool WithArtwork)
{
    // Raised when the same settings no longer make the same package.
    private const int Version = 1;

    /// <summary>The work directory.</summary>
    public string WorkPath => Path.GetFullPath(Work ?? File + ".moviesnow");

    /// <summary>What the package is made of: as long as it stays the same, so does what was made.</summary>
    public string Fingerprint
    {
        get
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"{Version}|{Plan}|{Of(File)}");
            foreach (var one in Subtitles)
            {
                text.Append(CultureInfo.InvariantCulture, $"|{one.Language}={Of(one.File)}");
            }

            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        }
    }

    private static string Of(string file) =>
        new FileInfo(file) is { Exists: true } info ? string.Create(CultureInfo.InvariantCulture, $"{info.Length}:{info.LastWriteTimeUtc.Ticks}") : "";
}

/// <summary>Subtitles that lie beside a film.</summary>
/// <param name="Language">BCP 47, canonical.</param>
/// <param name="File">The file.</param>
internal sealed record SubtitleFile(string Language, string File);
