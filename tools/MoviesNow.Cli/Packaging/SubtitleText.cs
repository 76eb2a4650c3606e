using System.Text;

namespace MoviesNow.Cli.Packaging;

/// <summary>How subtitles that lie beside a film are written.</summary>
internal static class SubtitleText
{
    // ffmpeg's names of the formats that are text throughout; containers say how theirs is written.
    private static readonly HashSet<string> Formats =
        new(["srt", "webvtt", "ass", "microdvd", "sami", "subviewer", "subviewer1", "mpl2", "jacosub"], StringComparer.Ordinal);

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>ffmpeg leaves out every cue that is not UTF-8; UTF-16 it knows by its mark.</summary>
    /// <exception cref="CommandException">It is written otherwise; the message says how to change that.</exception>
    public static async Task RequireUnicodeAsync(string file, string format, CancellationToken cancellationToken)
    {
        var bytes = Formats.Contains(format) ? await File.ReadAllBytesAsync(file, cancellationToken) : [];
        try
        {
            _ = bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] ? 0 : Strict.GetCharCount(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new CommandException(
                $"{Ffmpeg.Shown(file)} is not UTF-8, so letters would be lost: convert it, such as with iconv -f WINDOWS-1252 -t UTF-8, "
                + "and give the new file.");
        }
    }
}
