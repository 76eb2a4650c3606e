using Microsoft.Extensions.Options;
using MoviesNow.Delivery.Policy;

namespace MoviesNow.Delivery.Tests.Policy;

public sealed class DownloadAllowlistTests
{
    private const string Title = "0198c0de-7a5b-7c3d-8e9f-0123456789ab";

    private static readonly DownloadAllowlist BuiltIn = new(Options.Create(new AllowlistOptions()));

    [Theory]
    [InlineData($"bundles/{Title}/S01.zip", "application/zip")]
    [InlineData($"/bundles//{Title}/S01.zip", "application/zip")]
    [InlineData($"bundles/{Title}/S100.zip", "application/zip")]
    [InlineData($"bundles/{Title}/bundle_{Title}.zip", "application/zip")]
    [InlineData($"bundles/{Title}/S01_manifest.json", "application/json")]
    [InlineData($"bundles/{Title}/bundle_{Title}_manifest.json", "application/json")]
    [InlineData($"downloads/{Title}/extras/extras.zip", "application/zip")]
    [InlineData($"downloads/{Title}/{Title}/extras/making-of.zip", "application/zip")]
    public void TryAdmit_BundlesExtrasAndManifests_AreAdmittedWithTheirType(string key, string contentType)
    {
        Assert.True(BuiltIn.TryAdmit(key, out var download));
        Assert.Equal(contentType, download.ContentType);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData($"originals/{Title}/master.mov")]
    [InlineData($"/originals/{Title}/master.mov")]
    [InlineData($"originals/{Title}/S01.zip")]
    [InlineData($"hls/{Title}/master.m3u8")]
    [InlineData($"hls/{Title}/seg1.ts")]
    [InlineData($"downloads/{Title}/p1080/film.mp4")]
    [InlineData($"downloads/{Title}/extras.zip")]
    [InlineData($"artwork/title/{Title}/poster.jpg")]
    [InlineData($"subs/title/{Title}/en.vtt")]
    [InlineData($"bundles/{Title}/S01.zip.exe")]
    [InlineData($"bundles/{Title}/S01.ZIP")]
    [InlineData($"bundles/{Title}/s01.zip")]
    [InlineData($"bundles/{Title}/S1.zip")]
    [InlineData($"bundles/{Title}/other.zip")]
    [InlineData($"bundles/{Title}/x/S01.zip")]
    [InlineData($"bundles/S01.zip")]
    [InlineData($"bundles/{Title}/../../originals/{Title}/S01.zip")]
    [InlineData($"bundles/{Title}/..%2f..%2foriginals%2f{Title}%2fmaster.mov")]
    [InlineData($"bundles/{Title}/%2e%2e/S01.zip")]
    [InlineData($"bundles\\{Title}\\S01.zip")]
    [InlineData($"bundles/{Title}/S01.zip\0.mov")]
    [InlineData($"bundles/{Title}/S01.zip?versionId=1")]
    [InlineData($"bundles/{Title}/S01.zip#")]
    [InlineData($"bundles/{Title}/S01.zip/")]
    [InlineData($"Bundles/{Title}/S01.zip")]
    [InlineData($"bundles/{Title}/S０1.zip")]
    [InlineData($" bundles/{Title}/S01.zip")]
    public void TryAdmit_AnythingElse_IsRefusedWhateverItsSpelling(string key) => Assert.False(BuiltIn.TryAdmit(key, out _));
}
