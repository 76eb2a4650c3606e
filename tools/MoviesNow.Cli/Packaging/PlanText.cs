using System.Globalization;
using System.Text.Json;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Packaging;

/// <summary>A plan in words, and as JSON.</summary>
internal static class PlanText
{
    private const int MaxName = 200;

    /// <summary>Writes one line for each thing that is made, and each warning.</summary>
    public static async Task WriteAsync(TextWriter writer, string file, PackagePlan plan)
    {
        foreach (var line in Lines(file, plan).Concat(plan.Warnings.Select(warning => $"  Note: {warning}")))
        {
            await writer.WriteLineAsync(line);
        }
    }

    private static IEnumerable<string> Lines(string file, PackagePlan plan)
    {
        var video = plan.Video;
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{PrintableText.Of(Path.GetFileName(file), MaxName)}: {video.Width}x{video.Height}, {video.Rate.Value:0.###} frames/s, {plan.Duration:h\\:mm\\:ss}");
        foreach (var frame in plan.Frames)
        {
            var bars = frame.HasBars ? $", the picture {frame.PictureWidth}x{frame.PictureHeight} between black bars" : "";
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"  {frame.Height}p: {frame.Width}x{frame.Height}, {plan.Rate.Value:0.###} frames/s, {VideoArguments.BitRate(frame, plan.Rate) / 1000:N0} kbit/s{bars}");
        }

        foreach (var audio in plan.Audio)
        {
            var label = audio.Label.Length > 0 ? $" \"{audio.Label}\"" : "";
            var language = audio.Language.Length > 0 ? audio.Language : "no language";
            yield return $"  audio: {language}{label}, AAC stereo, {AudioArguments.TargetLoudness} LUFS{(audio.IsDefault ? ", plays first" : "")}";
        }

        foreach (var subtitles in plan.Subtitles)
        {
            yield return $"  {(subtitles.Kind is AssetKind.Caption ? "captions" : "subtitles")}: {subtitles.Language}{(subtitles.IsPrimary ? ", shown first" : "")}";
        }
    }

    /// <summary>The same for scripts.</summary>
    public static string Json(string file, string work, PackagePlan plan) => JsonSerializer.Serialize(
        new
        {
            file,
            work,
            durationSeconds = plan.Duration.TotalSeconds,
            frameRate = plan.Rate.Value,
            tiers = plan.Frames.Select(frame => new
            {
                tier = $"P{frame.Height}",
                frame.Width,
                frame.Height,
                frame.PictureWidth,
                frame.PictureHeight,
                bitsPerSecond = VideoArguments.BitRate(frame, plan.Rate),
            }),
            audio = plan.Audio.Select(audio => new { audio.Language, audio.Label, audio.IsDefault }),
            subtitles = plan.Subtitles.Select(subtitles => new { subtitles.Language, captions = subtitles.Kind is AssetKind.Caption, subtitles.IsPrimary }),
            warnings = plan.Warnings,
        },
        JsonSerializerOptions.Web);
}
