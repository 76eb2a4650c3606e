using FsCheck.Fluent;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Tests.Policy;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Delivery.Tests.Abuse;

/// <summary>No method gives a link to an original, to an object of a stream, or to a single rendition, however its key is spelled.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class PrivateKeyTests(DeliverySystem system)
{
    private const int Samples = 200;

    /// <summary>Reasons that a key may meet which never was one of a published bundle.</summary>
    private static readonly HashSet<string> Refusals = [.. new[] { ErrorReason.KeyNotAllowed, ErrorReason.BundleNotFound, ErrorReason.InvalidFields }.Select(ErrorReasons.NameOf)];

    public static TheoryData<string> StoredKeys => new(
        "originals/{0}/master.mov", "originals/{0}/S01.zip", "originals/{0}/extras/extras.zip", "hls/{0}/master.m3u8", "hls/{0}/package_{0}/480p/index.m3u8",
        "hls/{0}/package_{0}/480p/1.m4s", "hls/{0}/package_{0}/480p/init.mp4", "hls/{0}/dash/manifest.mpd", "hls/{0}/dash/1.m4s", "hls/{0}/S01.zip",
        "downloads/{0}/p1080/film.mp4", "downloads/{0}/dash/manifest.mpd", "downloads/{0}/dash/1.m4s", "bundles/{0}/1.ts", "bundles/{0}/master.m3u8");

    /// <summary>The object is there, and its title is published: it is policy that refuses.</summary>
    [Theory]
    [MemberData(nameof(StoredKeys))]
    public async Task EveryMethod_KeyOfAPrivateObject_GivesNoLink(string pattern)
    {
        var bundle = await system.PublishedAsync();
        var key = pattern.Replace("{0}", bundle.TitleId, StringComparison.Ordinal);
        await system.StoreAsync(key, DeliverySystem.Content);
        string[] spellings =
        [
            key, $"/{key}", $"//{key}", key.Replace("/", "//", StringComparison.Ordinal), key.ToUpperInvariant(), Uri.EscapeDataString(key),
            key.Replace("/", "%2F", StringComparison.Ordinal), key.Replace('/', '\\'), $"./{key}", $"bundles/{bundle.TitleId}/../../{key}",
            $"{bundle.StorageKey}/../../../{key}", $"{bundle.StorageKey}\0{key}", $"{key}?{bundle.StorageKey}", $"{key}#.zip", $"{key}/", $"{key} ", $"s3://media/{key}",
            $"media/{key}", $"https://localhost/media/{key}", $"{key}%00.zip", $"{key};{bundle.StorageKey}",
        ];

        await AssertNoLinksAsync(spellings, reason => reason is "KEY_NOT_ALLOWED");
    }

    [Fact]
    public async Task EveryMethod_AnySpellingOfAnyKey_GivesNoLink() =>
        await AssertNoLinksAsync(AllowlistProperties.AnySpellings.Sample(Samples).Distinct(StringComparer.Ordinal), Refusals.Contains);

    private async Task AssertNoLinksAsync(IEnumerable<string> keys, Predicate<string> isRight)
    {
        foreach (var some in keys.Chunk(50))
        {
            var batch = await system.Public.BatchGetDownloadUrlsAsync(
                new BatchGetDownloadUrlsRequest { Requests = { some.Select(key => new GetDownloadUrlRequest { StorageKey = Sendable(key) }) } });
            Assert.All(batch.Results, result =>
            {
                Assert.Null(result.Link);
                Assert.True(result.Verdict is LinkVerdict.Ignored || isRight(result.ErrorReason), $"{result.StorageKey}: {result.ErrorReason}");
            });
            foreach (var key in some)
            {
                var refused = await Assert.ThrowsAsync<RpcException>(async () => await system.Public.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = Sendable(key) }));
                Assert.True(isRight(RpcErrors.InfoOf(refused)!.Reason), $"{key}: {refused.Status}");
                var minted = await Assert.ThrowsAsync<RpcException>(
                    async () => await system.Tokens(Identity.Admin).MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = Sendable($"hls/{key}") }));
                Assert.Contains(RpcErrors.InfoOf(minted)!.Reason, (string[])["KEY_NOT_ALLOWED", "INVALID_FIELDS"]);

                // The other methods take ids, which are no keys.
                await RpcAssert.FailsAsync(ErrorReason.InvalidFields, async () => await system.Public.GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = Sendable(key) }));
                await RpcAssert.FailsAsync(
                    ErrorReason.InvalidFields, async () => await system.Public.GetBundleManifestUrlAsync(new GetBundleManifestUrlRequest { BundleId = Sendable(key) }));
            }
        }
    }

    /// <summary>Protobuf has no half characters.</summary>
    private static string Sendable(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)) is { Length: > 0 } sent ? sent : "x";
}
