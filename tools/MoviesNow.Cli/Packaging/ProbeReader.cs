using System.Globalization;
using System.Text.Json;

namespace MoviesNow.Cli.Packaging;

/// <summary>Reads the JSON of <c>ffprobe -show_format -show_streams -of json</c>.</summary>
internal static class ProbeReader
{
    private const double RateTolerance = 0.01;
    private const int FieldsOfFrame = 2;

    /// <summary>Reads what ffprobe wrote.</summary>
    /// <exception cref="JsonException">It is not what ffprobe writes.</exception>
    public static Probe Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var streams = root.TryGetProperty("streams", out var list) ? list.EnumerateArray().ToArray() : [];
        var format = root.TryGetProperty("format", out var found) ? found : default;
        var pictures = Of(streams, "video").ToArray();
        var moving = pictures.Where(stream => !Is(stream, "attached_pic") && Number(stream, "width") > 0).ToArray();
        var video = Array.Find(moving, stream => Is(stream, "default")) is { ValueKind: JsonValueKind.Object } preferred ? preferred : moving.FirstOrDefault();
        var cover = Array.Find(pictures, stream => Is(stream, "attached_pic"));
        return new Probe(
            Text(format, "format_name") ?? "",
            DurationOf(format, video),
            video.ValueKind is JsonValueKind.Object ? VideoOf(video) : null,
            cover.ValueKind is JsonValueKind.Object ? Number(cover, "index") : null,
            [.. Of(streams, "audio").Where(stream => Number(stream, "channels") > 0).Select(AudioOf)],
            [.. Of(streams, "subtitle").Select(SubtitleOf)]);
    }

    private static IEnumerable<JsonElement> Of(JsonElement[] streams, string type) =>
        streams.Where(stream => string.Equals(Text(stream, "codec_type"), type, StringComparison.Ordinal));

    private static VideoTrack VideoOf(JsonElement stream)
    {
        var (width, height) = ((double)Number(stream, "width"), (double)Number(stream, "height"));
        if (FrameRate.Parse(Text(stream, "sample_aspect_ratio")?.Replace(':', '/')) is { } pixels)
        {
            width *= pixels.Value;
        }

        if (IsOnItsSide(stream))
        {
            (width, height) = (height, width);
        }

        var average = FrameRate.Parse(Text(stream, "avg_frame_rate"));
        var smallest = FrameRate.Parse(Text(stream, "r_frame_rate"));
        var rate = average ?? smallest ?? new FrameRate(25, 1);
        var isInterlaced = Text(stream, "field_order") is "tt" or "bb" or "tb" or "bt";
        return new VideoTrack(
            Number(stream, "index"), (int)Math.Round(width), (int)Math.Round(height), rate,
            IsVariable(rate, smallest ?? rate, isInterlaced), isInterlaced,
            Text(stream, "color_transfer") switch { "smpte2084" => SourceRange.Pq, "arib-std-b67" => SourceRange.Hlg, _ => SourceRange.Sdr },
            Text(stream, "color_space") is { } matrix and not ("unknown" or "reserved") ? matrix : null,
            SideData(stream, "dv_profile"));
    }

    // The smallest rate that all frames fit into is twice the average where fields are counted.
    private static bool IsVariable(FrameRate average, FrameRate smallest, bool isInterlaced)
    {
        var ratio = smallest.Value / average.Value;
        return Math.Abs(ratio - 1) > RateTolerance && !(isInterlaced && Math.Abs(ratio - FieldsOfFrame) <= RateTolerance);
    }

    private static bool IsOnItsSide(JsonElement stream)
    {
        var degrees = SideData(stream, "rotation")
            ?? (int.TryParse(Tag(stream, "rotate"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var tagged) ? tagged : 0);
        return Math.Abs(degrees) % 180 is > 45 and < 135;
    }

    private static AudioTrack AudioOf(JsonElement stream) => new(
        Number(stream, "index"), Number(stream, "channels"), TrackLanguage.Of(Tag(stream, "language")), Tag(stream, "title") ?? "", Is(stream, "default"));

    private static SubtitleTrack SubtitleOf(JsonElement stream) => new(
        Number(stream, "index"), Text(stream, "codec_name") ?? "", TrackLanguage.Of(Tag(stream, "language")),
        Is(stream, "default"), Is(stream, "forced"), Is(stream, "hearing_impaired") || Is(stream, "captions"));

    private static TimeSpan DurationOf(JsonElement format, JsonElement video)
    {
        // Matroska tells the length of a track in a tag, and that of the longest one for the file.
        var tagged = video.ValueKind is JsonValueKind.Object && Tag(video, "DURATION") is { Length: >= 8 } tag
            && TimeSpan.TryParse(tag[..Math.Min(tag.Length, 16)], CultureInfo.InvariantCulture, out var length) ? length.TotalSeconds : 0;
        var seconds = new[] { Seconds(Text(video, "duration")), tagged, Seconds(Text(format, "duration")) }.FirstOrDefault(value => value is > 0 and < 1e6);
        return TimeSpan.FromSeconds(seconds);

        static double Seconds(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : 0;
    }

    private static int? SideData(JsonElement stream, string name)
    {
        if (stream.TryGetProperty("side_data_list", out var list))
        {
            foreach (var data in list.EnumerateArray())
            {
                if (data.TryGetProperty(name, out var value) && value.TryGetDouble(out var number))
                {
                    return (int)Math.Round(number);
                }
            }
        }

        return null;
    }

    private static bool Is(JsonElement stream, string disposition) =>
        stream.TryGetProperty("disposition", out var all) && all.TryGetProperty(disposition, out var value) && value.GetInt32() == 1;

    private static string? Tag(JsonElement stream, string name) => stream.TryGetProperty("tags", out var tags)
        ? tags.EnumerateObject().Where(tag => string.Equals(tag.Name, name, StringComparison.OrdinalIgnoreCase)).Select(tag => tag.Value.GetString()).FirstOrDefault()
        : null;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static int Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.TryGetInt32(out var number) ? number : 0;
}
