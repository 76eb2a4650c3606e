using System.Text.Json;
using MoviesNow.Testing;

namespace MoviesNow.Playback.Tests.Playing;

/// <summary>The playlist of real media: read by ffprobe, and played to its end by hls.js in Chromium.</summary>
public sealed class PlayTests(PlayFixture fixture) : IClassFixture<PlayFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Ffprobe_ThroughThePlaylist_SeesAllStreams()
    {
        var (output, errors) = await Tool.RunAsync(
            "ffprobe", fixture.Ladder.Folder, "-v", "error", "-show_programs", "-show_streams", "-of", "json", fixture.Playlist);

        Assert.Equal("", errors);
        using var probe = JsonDocument.Parse(output);
        var streams = probe.RootElement.GetProperty("streams").EnumerateArray().ToArray();
        Assert.Equal(
            ["1280x720 h264", "1920x1080 h264", "854x480 h264"],
            streams.Where(stream => TypeOf(stream) == "video").Select(stream => $"{stream.GetProperty("width")}x{stream.GetProperty("height")} {stream.GetProperty("codec_name")}").Order(StringComparer.Ordinal));
        Assert.Equal(
            ["aac 2 Deutsch", "aac 2 English"],
            streams.Where(stream => TypeOf(stream) == "audio")
                .Select(stream => $"{stream.GetProperty("codec_name")} {stream.GetProperty("channels")} {stream.GetProperty("tags").GetProperty("comment")}")
                .Order(StringComparer.Ordinal));
        Assert.All(probe.RootElement.GetProperty("programs").EnumerateArray(), program => Assert.Equal(3, program.GetProperty("streams").GetArrayLength()));
    }

    [Fact]
    public async Task Hls_PlaysThePlaylist_ThroughAllTiersToTheEnd()
    {
        var page = await fixture.OpenAsync();
        await page.EvaluateAsync("address => start(address)", fixture.Playlist);
        await page.EvaluateAsync("shown(1080)").WaitAsync(Patience);
        await PlayFixture.ShowAsync(page, "ladder");

        var report = (await page.EvaluateAsync<JsonElement?>("finished()").WaitAsync(Patience))!.Value;

        Assert.Empty(Strings(report, "fatal"));
        Assert.True(report.GetProperty("ended").GetBoolean(), report.ToString());
        // Where the film was over before its best picture was shown, it was played again, and climbed again.
        Assert.Equal(["480", "720", "1080"], Strings(report, "levels").Distinct(StringComparer.Ordinal));
        Assert.Equal(["480", "720", "1080"], Strings(report, "switched").Distinct(StringComparer.Ordinal));
        Assert.Equal(["854x480", "1280x720", "1920x1080"], Strings(report, "pictures").Distinct(StringComparer.Ordinal));
        Assert.InRange(report.GetProperty("duration").GetDouble(), Ladder.Seconds - 0.1, Ladder.Seconds + 0.1);
        Assert.InRange(report.GetProperty("at").GetDouble(), Ladder.Seconds - 0.1, Ladder.Seconds + 0.1);
        Assert.True(report.GetProperty("sound").GetInt64() > 0, "nothing was heard");
    }

    private static string TypeOf(JsonElement stream) => stream.GetProperty("codec_type").GetString()!;

    private static string[] Strings(JsonElement report, string name) => [.. report.GetProperty(name).EnumerateArray().Select(item => item.ToString())];
}
