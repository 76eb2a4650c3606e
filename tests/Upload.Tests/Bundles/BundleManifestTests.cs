using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Bundles;

[Collection(nameof(SharedSystem))]
public sealed class BundleManifestTests(SharedSystem shared) : UploadTest(shared)
{
    private const string Unknown = "0198c0de-7a5b-7c3d-8e9f-0123456789ab";

    [Fact]
    public async Task UploadBundleManifest_ThatFitsTheZip_IsStoredAndRecorded()
    {
        var (bundle, zip, episode) = await VerifiedAsync();
        var json = ManifestJson.Of(zip, manifest =>
        {
            manifest["bundle_id"] = bundle.Id;
            manifest.Entry(0)["episode_id"] = episode;
        });

        var recorded = await UploadAsync(bundle.Id, json);

        Assert.Equal($"bundles/{bundle.TitleId}/S01_manifest.json", recorded.ManifestKey);
        var stored = await System.Objects.HeadAsync(StorageKey.Parse(recorded.ManifestKey), default);
        Assert.Equal(((long)json.Length, "application/json", "public, max-age=3600"), (stored!.Size, stored.ContentType, stored.CacheControl));
        Assert.Equal((stored.Size, stored.ETag), (recorded.ManifestSizeBytes, recorded.ManifestObjectEtag));
        Assert.Equal(json, await ReadAsync(recorded.ManifestKey));
        Assert.Equal(recorded, (await System.CatalogBundles.GetBundleAsync(new GetBundleRequest { BundleId = bundle.Id })).Bundle);
    }

    [Fact]
    public async Task UploadBundleManifest_Again_SucceedsWithTheSameBytesOnly()
    {
        var (bundle, zip, _) = await VerifiedAsync();
        var json = ManifestJson.Of(zip);
        var recorded = await UploadAsync(bundle.Id, json);

        Assert.Equal(recorded, await UploadAsync(bundle.Id, json, replica: 1));
        await RpcAssert.FailsAsync(ErrorReason.ObjectExists, () => UploadAsync(bundle.Id, ManifestJson.Of(zip, manifest => manifest["bundle_id"] = bundle.Id)));
        Assert.Equal(json, await ReadAsync(recorded.ManifestKey));
    }

    [Fact]
    public async Task UploadBundleManifest_LeftoverAtTheKey_GivesWay()
    {
        // A call that failed after the object was stored, or a bundle that had the key before.
        var (bundle, zip, _) = await VerifiedAsync();
        await System.PlantAsync($"bundles/{bundle.TitleId}/S01_manifest.json", [1, 2, 3]);
        var json = ManifestJson.Of(zip);

        var recorded = await UploadAsync(bundle.Id, json);

        Assert.Equal(json, await ReadAsync(recorded.ManifestKey));
    }

    [Fact]
    public async Task UploadBundleManifest_TwoDifferentAtOnce_OneIsStoredAndTheOtherTold()
    {
        var (bundle, zip, _) = await VerifiedAsync();
        ByteString[] both = [ManifestJson.Of(zip), ManifestJson.Of(zip, manifest => manifest["bundle_id"] = bundle.Id)];
        var outcomes = await Task.WhenAll(both.SelectMany(json => Enumerable.Range(0, 4).Select(async i =>
        {
            try
            {
                return (Json: json, Reason: (await UploadAsync(bundle.Id, json, replica: i % 2)).ManifestKey.Length > 0 ? "" : "none");
            }
            catch (RpcException e)
            {
                return (Json: json, Reason: RpcErrors.InfoOf(e)?.Reason ?? e.ToString());
            }
        })));

        var stored = await ReadAsync($"bundles/{bundle.TitleId}/S01_manifest.json");
        Assert.All(outcomes, outcome => Assert.Equal(outcome.Json.Equals(stored) ? "" : "OBJECT_EXISTS", outcome.Reason));
    }

    public static TheoryData<string, string?, Action<JsonObject>> Bad => new()
    {
        { "SCHEMA", null, manifest => manifest.Remove("version") },
        { "SCHEMA", "/version", manifest => manifest["version"] = 2 },
        { "SCHEMA", "/note", manifest => manifest["note"] = "x" },
        { "SCHEMA", "/bundle_id", manifest => manifest["bundle_id"] = "x" },
        { "SCHEMA", "/entries", manifest => manifest["entries"] = new JsonArray() },
        { "SCHEMA", "/entries/1", manifest => manifest.Entry(1).Remove("sha256") },
        { "SCHEMA", "/entries/1/size_bytes", manifest => manifest.Entry(1)["size_bytes"] = "5" },
        { "SCHEMA", "/entries/1/size_bytes", manifest => manifest.Entry(1)["size_bytes"] = -1 },
        { "SCHEMA", "/entries/1/size_bytes", manifest => manifest.Entry(1)["size_bytes"] = 1e300 },
        { "SCHEMA", "/entries/1/sha256", manifest => manifest.Entry(1)["sha256"] = new string('A', 64) },
        { "SCHEMA", "/entries/1/sha256", manifest => manifest.Entry(1)["sha256"] = new string('a', 64) + "\n" },
        { "SCHEMA", "/entries/1/path", manifest => manifest.Entry(1)["path"] = new string('x', 1_025) },
        { "OTHER_BUNDLE", null, manifest => manifest["bundle_id"] = Unknown },
        { "DUPLICATE_ENTRY", "S01E01.mp4", manifest => ((JsonArray)manifest["entries"]!).Add(manifest.Entry(0).DeepClone()) },
        { "UNKNOWN_ENTRY", "s01e01.MP4", manifest => manifest.Entry(0)["path"] = "s01e01.MP4" },
        { "UNKNOWN_ENTRY", "\\u001B[2J\\u202E", manifest => manifest.Entry(0)["path"] = "\u001b[2J\u202e" },
        { "MISSING_ENTRY", "S01E01.mp4", manifest => ((JsonArray)manifest["entries"]!).RemoveAt(0) },
        { "SIZE_MISMATCH", "notes.txt", manifest => manifest.Entry(1)["size_bytes"] = 999 },
        { "UNKNOWN_EPISODE", "S01E01.mp4", manifest => manifest.Entry(0)["episode_id"] = Unknown },
        { "SHA256_MISMATCH", "notes.txt", manifest => manifest.Entry(1)["sha256"] = new string('0', 64) },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task UploadBundleManifest_ThatDoesNotFit_TellsRuleAndEntry(string rule, string? entry, Action<JsonObject> spoil)
    {
        var (bundle, zip, _) = await VerifiedAsync();

        var error = await RpcAssert.FailsAsync(ErrorReason.ManifestInvalid, () => UploadAsync(bundle.Id, ManifestJson.Of(zip, spoil)));

        var facts = RpcErrors.InfoOf(error)!.Metadata;
        Assert.Equal((rule, entry), (facts["rule"], facts.TryGetValue("entry", out var told) ? told : null));
        Assert.EndsWith($": {facts["detail"]}.", error.Status.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Status.Detail, char.IsControl);
        Assert.Null(await System.Objects.HeadAsync(StorageKey.Parse($"bundles/{bundle.TitleId}/S01_manifest.json"), default));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("\ufeff{}")]
    [InlineData("{\"version\":1,\"version\":1,\"entries\":[]}")]
    [InlineData("[[[[[[[[[[[[]]]]]]]]]]]]")]
    [InlineData("{\"version\":1,\"entries\":[{\"path\":\"\\ud800\",\"size_bytes\":1,\"sha256\":\"0\"}]}")]
    public async Task UploadBundleManifest_NoJson_SaysSo(string text)
    {
        var (bundle, _, _) = await VerifiedAsync();
        var error = await RpcAssert.FailsAsync(ErrorReason.ManifestInvalid, () => UploadAsync(bundle.Id, ByteString.CopyFrom(text, new UTF8Encoding(false))));
        Assert.Equal("NOT_JSON", RpcErrors.InfoOf(error)!.Metadata["rule"]);
    }

    [Fact]
    public async Task UploadBundleManifest_MillionsOfValues_AreRefusedUnread()
    {
        var (bundle, _, _) = await VerifiedAsync();
        var text = $"{{\"version\":1,\"entries\":[{string.Join(',', Enumerable.Repeat("1", 3_000_000))}]}}";

        var error = await RpcAssert.FailsAsync(ErrorReason.ManifestInvalid, () => UploadAsync(bundle.Id, ByteString.CopyFromUtf8(text)));

        Assert.Contains("more values than 20,000 files need", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UploadBundleManifest_NumbersInOtherSpellings_AreTheSameNumbers()
    {
        var (bundle, zip, _) = await VerifiedAsync();
        var json = ManifestJson.Of(zip).ToStringUtf8().Replace("\"size_bytes\":1000", "\"size_bytes\":1.0e3", StringComparison.Ordinal);
        Assert.Contains("1.0e3", json, StringComparison.Ordinal);

        Assert.NotEmpty((await UploadAsync(bundle.Id, ByteString.CopyFromUtf8(json))).ManifestKey);
    }

    [Fact]
    public async Task UploadBundleManifest_OfTenMebibytes_PassesTheTransport()
    {
        var (bundle, zip, _) = await VerifiedAsync();
        var json = ManifestJson.Of(zip);
        var padded = ByteString.CopyFromUtf8(json.ToStringUtf8() + new string(' ', (10 << 20) - json.Length));

        Assert.NotEmpty((await UploadAsync(bundle.Id, padded)).ManifestKey);
        await RpcAssert.FailsOnFieldsAsync(["manifest"], () => UploadAsync(bundle.Id, ByteString.CopyFromUtf8(padded.ToStringUtf8() + " ")));
        await RpcAssert.FailsOnFieldsAsync(["bundle_id", "manifest"], () => UploadAsync("x", ByteString.Empty));
    }

    [Fact]
    public async Task UploadBundleManifest_OfAsManyFilesAsAZipMayHave_IsStored()
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < 20_000; i++)
            {
                using var entry = archive.CreateEntry($"S01/{i}.txt", CompressionLevel.NoCompression).Open();
                entry.WriteByte((byte)i);
            }
        }

        var zip = new Content(bytes.ToArray());
        var bundle = await FinalizedAsync(Requests.Season(await System.SeriesAsync(), zip), zip);

        Assert.NotEmpty((await UploadAsync(bundle.Id, ManifestJson.Of(zip))).ManifestKey);
    }

    [Fact]
    public async Task UploadBundleManifest_EpisodesOfAnAdHocBundle_AreThoseThatItNames()
    {
        var (titleId, seasonId, episode) = await System.EpisodeAsync();
        var other = await new SeasonService.SeasonServiceClient(System.Catalog(Identity.Admin)).CreateEpisodeAsync(
            new CreateEpisodeRequest { SeasonId = seasonId, Number = 2, Name = "Another" });
        var zip = Content.Zip();
        var bundle = await FinalizedAsync(new CreateBundleRequest { TitleId = titleId, Kind = BundleKind.AdHoc, EpisodeIds = { episode }, SizeBytes = zip.Size, Sha256 = zip.Sha256 }, zip);

        var error = await RpcAssert.FailsAsync(
            ErrorReason.ManifestInvalid, () => UploadAsync(bundle.Id, ManifestJson.Of(zip, manifest => manifest.Entry(0)["episode_id"] = other.Episode.Id)));
        Assert.Equal("UNKNOWN_EPISODE", RpcErrors.InfoOf(error)!.Metadata["rule"]);
        var recorded = await UploadAsync(bundle.Id, ManifestJson.Of(zip, manifest => manifest.Entry(0)["episode_id"] = episode.ToUpperInvariant()));
        Assert.Equal($"bundles/{titleId}/bundle_{bundle.Id}_manifest.json", recorded.ManifestKey);
    }

    [Fact]
    public async Task UploadBundleManifest_StateThatForbidsIt_IsNamed()
    {
        var zip = Content.Zip();
        var pending = await System.Bundles().CreateBundleAsync(Requests.Season(await System.SeriesAsync(), zip));
        await FailsAsync("it is PENDING", pending.Bundle.Id);

        var (expired, _, _) = await VerifiedAsync();
        await System.ExpireBundleAsync(expired.Id);
        await FailsAsync("it is EXPIRED", expired.Id);

        var extras = await FinalizedAsync(new CreateBundleRequest { TitleId = await System.MovieAsync(), Kind = BundleKind.TitleExtras, SizeBytes = zip.Size, Sha256 = zip.Sha256 }, zip);
        await FailsAsync("bundles of extras have no manifest", extras.Id);
        await RpcAssert.FailsAsync(ErrorReason.BundleNotFound, () => UploadAsync(Unknown, ManifestJson.Of(zip)));

        async Task FailsAsync(string detail, string bundleId)
        {
            var error = await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => UploadAsync(bundleId, ManifestJson.Of(zip)));
            Assert.Equal(detail, RpcErrors.InfoOf(error)!.Metadata["detail"]);
        }
    }

    [Fact]
    public async Task DeleteBundle_WithManifest_DeletesBothObjects()
    {
        var (bundle, zip, _) = await VerifiedAsync();
        var recorded = await UploadAsync(bundle.Id, ManifestJson.Of(zip));

        await System.Bundles().DeleteBundleAsync(new DeleteBundleRequest { BundleId = bundle.Id });

        Assert.Null(await System.Objects.HeadAsync(StorageKey.Parse(recorded.ManifestKey), default));
        Assert.Null(await System.Objects.HeadAsync(StorageKey.Parse(recorded.StorageKey), default));
    }

    private async Task<(Bundle Bundle, Content Zip, string EpisodeId)> VerifiedAsync()
    {
        var (titleId, _, episodeId) = await System.EpisodeAsync();
        var zip = Content.Zip();
        return (await FinalizedAsync(Requests.Season(titleId, zip), zip), zip, episodeId);
    }

    private async Task<Bundle> FinalizedAsync(CreateBundleRequest request, Content zip)
    {
        var created = await System.Bundles().CreateBundleAsync(request);
        using (var answer = await System.SendAsync(created.Put, zip.Bytes))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));
        return created.Bundle;
    }

    private async Task<Bundle> UploadAsync(string bundleId, ByteString json, int replica = 0) =>
        (await System.Bundles(replica).UploadBundleManifestAsync(new UploadBundleManifestRequest { BundleId = bundleId, Manifest = json })).Bundle;

    private async Task<ByteString> ReadAsync(string key)
    {
        await using var content = await System.Objects.OpenReadAsync(StorageKey.Parse(key), range: null, ifETag: null, default);
        return await ByteString.FromStreamAsync(content!);
    }
}
