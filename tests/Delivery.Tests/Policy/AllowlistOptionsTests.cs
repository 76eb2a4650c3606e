using Microsoft.Extensions.Options;
using MoviesNow.Delivery.Policy;

namespace MoviesNow.Delivery.Tests.Policy;

/// <summary>What a deployment may add to the list, and how a mistake is told.</summary>
public sealed class AllowlistOptionsTests
{
    private const string Title = "0198c0de-7a5b-7c3d-8e9f-0123456789ab";
    private const string Episode = "0198c0de-7a5b-7c3d-8e9f-ba9876543210";

    [Theory]
    [InlineData("downloads/{title_id}/trailers/")]
    [InlineData("downloads/{title_id}/[{episode_id}/]trailers/")]
    [InlineData("downloads/{title_id}/{episode_id}/public/")]
    [InlineData("artwork/title/{title_id}/wallpapers/")]
    [InlineData("press/{title_id}/")]
    public void Validate_FolderOfATitle_IsAccepted(string prefix) => Assert.True(Validate(("x", prefix, "mp4", "video/mp4")).Succeeded);

    [Theory]
    [InlineData("", "Prefix must end with a slash.")]
    [InlineData("downloads/{title_id}", "Prefix must end with a slash.")]
    [InlineData("downloads/trailers/", "Prefix must have {title_id} once and {episode_id} at most once.")]
    [InlineData("downloads/{title_id}/{title_id}/", "Prefix must have {title_id} once and {episode_id} at most once.")]
    [InlineData("{title_id}/", "Prefix must begin with a folder of its own.")]
    [InlineData("originals/{title_id}/", "Prefix must not lie below originals/.")]
    [InlineData("hls/{title_id}/[{episode_id}/]", "Prefix must not lie below hls/.")]
    [InlineData("bundles/{title_id}/", "Prefix must not lie below bundles/.")]
    [InlineData("downloads/{title_id}/../{episode_id}/", "Prefix must have segments of")]
    [InlineData("downloads/{title_id}//", "Prefix must have segments of")]
    [InlineData("/downloads/{title_id}/", "Prefix must have segments of")]
    [InlineData("downloads/{title_id}/*/", "Prefix must have segments of")]
    [InlineData("downloads/{title_id}/%2e%2e/", "Prefix must have segments of")]
    [InlineData("downloads/{title_id}/ümlaut/", "Prefix must have segments of")]
    [InlineData($"downloads/{{title_id}}/{Episode}/", "Prefix must have segments of")]
    public void Validate_WrongPrefix_NamesTheSetting(string prefix, string message) =>
        Assert.StartsWith($"Delivery:Allowlist:Entries:x:{message}", Assert.Single(Validate(("x", prefix, "mp4", "video/mp4")).Failures!), StringComparison.Ordinal);

    [Theory]
    [InlineData("MP4", "video/mp4", "must be an extension of 1 to 10 lower-case letters and digits")]
    [InlineData(".mp4", "video/mp4", "must be an extension")]
    [InlineData("", "video/mp4", "must be an extension")]
    [InlineData("m3u8", "application/vnd.apple.mpegurl", "is a part of a stream")]
    [InlineData("ts", "video/mp2t", "is a part of a stream")]
    [InlineData("mp4", "video", "must be a media type")]
    [InlineData("mp4", "video/mp4; x=y", "must be a media type")]
    [InlineData("mp4", "", "must be a media type")]
    [InlineData("htm", "text/html", "must not be a type that browsers run")]
    [InlineData("pic", "image/svg+xml", "must not be a type that browsers run")]
    public void Validate_WrongType_NamesTheSetting(string extension, string type, string message) => Assert.StartsWith(
        $"Delivery:Allowlist:Entries:x:ContentTypes:{extension} {message}",
        Assert.Single(Validate(("x", "downloads/{title_id}/a/", extension, type)).Failures!),
        StringComparison.Ordinal);

    [Fact]
    public void Validate_EntriesThatSpeakOfOneKey_AreNamedBoth()
    {
        var result = Validate(
            ("one", "downloads/{title_id}/[{episode_id}/]a/", "mp4", "video/mp4"),
            ("two", "downloads/{title_id}/{episode_id}/a/", "mp4", "audio/mp4"),
            ("three", "downloads/{title_id}/{episode_id}/a/", "pdf", "application/pdf"),
            ("four", "downloads/{title_id}/extras/", "zip", "application/zip"));

        Assert.Equal(
            [
                "Delivery:Allowlist:Entries:four:Prefix has .zip files that the built-in entry extras decides about.",
                "Delivery:Allowlist:Entries:two:Prefix has files that Delivery:Allowlist:Entries:one decides about.",
            ],
            result.Failures!);
    }

    [Fact]
    public void Validate_EntryWithoutTypes_NamesTheSetting() => Assert.Equal(
        "Delivery:Allowlist:Entries:x:ContentTypes must name at least one extension.",
        Assert.Single(new AllowlistOptionsValidator().Validate(null, new AllowlistOptions { Entries = { ["x"] = new() { Prefix = "a/{title_id}/" } } }).Failures!));

    [Theory]
    [InlineData($"downloads/{Title}/a/film.mp4", true)]
    [InlineData($"downloads/{Title}/{Episode}/a/film.mp4", true)]
    [InlineData($"//downloads/{Title}/a//film.mp4", true)]
    [InlineData($"downloads/{Title}/a/deeper/film.mp4", false)]
    [InlineData($"downloads/{Title}/film.mp4", false)]
    [InlineData($"downloads/{Title}/a/film.MP4", false)]
    [InlineData($"downloads/{Title}/a/film.mp4.exe", false)]
    [InlineData($"downloads/{Title}/a/.mp4", false)]
    [InlineData($"downloads/{Title}/a/mp4", false)]
    [InlineData($"downloads/{Title}/A/film.mp4", false)]
    [InlineData("downloads/0198C0DE-7A5B-7C3D-8E9F-0123456789AB/a/film.mp4", false)]
    [InlineData($"downloads/{Title}/a/../../../originals/{Title}/film.mp4", false)]
    [InlineData($"originals/{Title}/film.mp4", false)]
    public void TryAdmit_ConfiguredEntry_HasTheFilesOfItsFolderAlone(string key, bool admitted)
    {
        var list = ListOf(("x", "downloads/{title_id}/[{episode_id}/]a/", "mp4", "video/mp4"));

        Assert.Equal(admitted, list.TryAdmit(key, out var download));
        if (download is not null)
        {
            Assert.Equal(("x", "video/mp4", Guid.Parse(Title), true, false), (download.Entry, download.ContentType, download.TitleId, download.RequiresToken, download.RequiresBundle));
            Assert.Equal(key.Contains(Episode, StringComparison.Ordinal) ? Guid.Parse(Episode) : null, download.EpisodeId);
        }
    }

    internal static DownloadAllowlist ListOf(params (string Name, string Prefix, string Extension, string Type)[] entries) => new(Options.Create(Configured(entries)));

    private static ValidateOptionsResult Validate(params (string Name, string Prefix, string Extension, string Type)[] entries) =>
        new AllowlistOptionsValidator().Validate(name: null, Configured(entries));

    private static AllowlistOptions Configured((string Name, string Prefix, string Extension, string Type)[] entries)
    {
        var options = new AllowlistOptions();
        foreach (var (name, prefix, extension, type) in entries)
        {
            options.Entries[name] = new AllowlistEntryOptions { Prefix = prefix, ContentTypes = { [extension] = type } };
        }

        return options;
    }
}
