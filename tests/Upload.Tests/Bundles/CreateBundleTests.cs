using System.Net;
using Google.Protobuf.WellKnownTypes;
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
public sealed class CreateBundleTests(SharedSystem shared) : UploadTest(shared)
{
    private const string Id = "0198c0de-7a5b-7c3d-8e9f-0123456789ab";

    [Fact]
    public async Task CreateBundle_SinglePut_RoundTripEndsVerified()
    {
        var (titleId, zip) = (await System.SeriesAsync(), Content.Zip());
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip));
        Assert.Equal(BundleState.Pending, created.Bundle.State);
        Assert.Equal($"bundles/{titleId}/S01.zip", created.Upload.StorageKey);
        Assert.Equal(UploadMethod.SinglePut, created.Upload.Method);
        Assert.Equal(
            ["cache-control", "content-length", "content-type", "if-none-match", "x-amz-checksum-sha256", "x-amz-meta-moviesnow-upload"],
            created.Put.Headers.Keys.Order(StringComparer.Ordinal));

        using (var answer = await System.SendAsync(created.Put, zip.Bytes))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var finalized = await System.Uploads(replica: 1).FinalizeUploadAsync(Requests.Finalize(created.Upload));

        Assert.Equal(UploadState.Completed, finalized.Upload.State);
        Assert.Equal("", finalized.AssetId);
        var bundle = await System.CatalogBundles.GetBundleAsync(new GetBundleRequest { BundleId = created.Bundle.Id });
        Assert.Equal((BundleState.Verified, zip.Size, zip.Sha256), (bundle.Bundle.State, bundle.Bundle.SizeBytes, bundle.Bundle.Sha256));
        var stored = await System.Objects.HeadAsync(StorageKey.Parse(created.Upload.StorageKey), default);
        Assert.Equal((zip.Size, "application/zip", "public, max-age=3600"), (stored!.Size, stored.ContentType, stored.CacheControl));
        Assert.Equal((stored.ETag, stored.ETag), (finalized.Upload.StorageEtag, bundle.Bundle.ObjectEtag));
    }

    [Fact]
    public async Task CreateBundle_Answer_IsNotCached()
    {
        var call = System.Bundles().CreateBundleAsync(Requests.Season(await System.SeriesAsync(), Content.Zip()));
        var headers = await call.ResponseHeadersAsync;
        await call;
        Assert.Equal("no-store", headers.GetValue("cache-control"));
    }

    public static TheoryData<BundleKind, string> Kinds => new()
    {
        { BundleKind.SeasonExtras, "downloads/{0}/extras/S01_extras.zip" },
        { BundleKind.TitleExtras, "downloads/{0}/extras/extras.zip" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task CreateBundle_Extras_HaveTheirOwnKeys(BundleKind kind, string key)
    {
        var titleId = await System.SeriesAsync();
        var request = Requests.Season(titleId, Content.Zip());
        request.Kind = kind;
        if (kind is BundleKind.TitleExtras)
            request.ClearSeasonNumber();
        var created = await System.Bundles().CreateBundleAsync(request);
        Assert.Equal(string.Format(null, key, titleId), created.Upload.StorageKey);
        await RpcAssert.FailsAsync(ErrorReason.BundleExists, () => System.Bundles().CreateBundleAsync(request).ResponseAsync);
    }

    [Fact]
    public async Task CreateBundle_TwentyAtOnceOverTwoReplicas_ExactlyOneWins()
    {
        var titleId = await System.SeriesAsync();
        var (one, two) = (System.Bundles(), System.Bundles(replica: 1));
        var calls = Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                var client = i % 2 == 0 ? one : two;
                return (Created: await client.CreateBundleAsync(Requests.Season(titleId, Content.Zip(64))), Reason: "");
            }
            catch (RpcException e)
            {
                return (Created: null!, Reason: $"{e.StatusCode} {RpcErrors.InfoOf(e)?.Reason}");
            }
        });
        var outcomes = await Task.WhenAll(calls);

        var winner = Assert.Single(outcomes, outcome => outcome.Created is not null).Created;
        Assert.All(outcomes.Where(outcome => outcome.Created is null), outcome => Assert.Equal("AlreadyExists BUNDLE_EXISTS", outcome.Reason));
        var rows = await System.CatalogBundles.ListBundlesAsync(new ListBundlesRequest { TitleId = titleId });
        Assert.Equal(winner.Bundle.Id, Assert.Single(rows.Bundles).Id);
        var uploads = await System.Uploads().ListUploadsAsync(new ListUploadsRequest { TitleId = titleId });
        Assert.Equal(winner.Upload.Id, Assert.Single(uploads.Uploads).Id);
    }

    [Fact]
    public async Task CreateBundle_ObjectAtTheKey_FailsAndLeavesNothingBehind()
    {
        var titleId = await System.SeriesAsync();
        await System.PlantAsync($"bundles/{titleId}/S01.zip", [1, 2, 3]);
        var request = Requests.Season(titleId, Content.Zip());
        request.Method = UploadMethod.Multipart;

        await RpcAssert.FailsAsync(ErrorReason.ObjectExists, () => System.Bundles().CreateBundleAsync(request).ResponseAsync);
        await RpcAssert.FailsAsync(ErrorReason.ObjectExists, () => System.Bundles(1).CreateBundleAsync(request).ResponseAsync);

        Assert.Empty((await System.CatalogBundles.ListBundlesAsync(new ListBundlesRequest { TitleId = titleId })).Bundles);
        Assert.Empty((await System.Uploads().ListUploadsAsync(new ListUploadsRequest { TitleId = titleId })).Uploads);
        Assert.Empty(await System.Objects.ListMultipartUploadsAsync($"bundles/{titleId}/", default).ToListAsync());
        Assert.NotNull(await System.Objects.HeadAsync(StorageKey.Parse($"bundles/{titleId}/S01.zip"), default));
    }

    [Fact]
    public async Task CreateBundle_UnknownThings_AreNotFoundAndLeaveNothingBehind()
    {
        var (series, movie, zip) = (await System.SeriesAsync(), await System.MovieAsync(), Content.Zip());
        await FailsAsync(ErrorReason.TitleNotFound, Requests.Season(Id, zip));
        await FailsAsync(ErrorReason.SeasonNotFound, Requests.Season(series, zip, season: 9));
        await FailsAsync(ErrorReason.NotASeries, Requests.Season(movie, zip));
        var adHoc = Requests.Season(series, zip);
        adHoc.Kind = BundleKind.AdHoc;
        adHoc.ClearSeasonNumber();
        adHoc.EpisodeIds.Add(Id);
        await FailsAsync(ErrorReason.EpisodeNotFound, adHoc);
        foreach (var titleId in new[] { series, movie, Id })
            Assert.Equal(0, await System.CountSessionsAsync(titleId));

        Task<RpcException> FailsAsync(ErrorReason reason, CreateBundleRequest request) =>
            RpcAssert.FailsAsync(reason, () => System.Bundles().CreateBundleAsync(request).ResponseAsync);
    }

    public static TheoryData<string, Action<CreateBundleRequest>> Bad => new()
    {
        { "title_id", request => request.TitleId = "" },
        { "title_id", request => request.TitleId = "S01" },
        { "kind", request => request.Kind = BundleKind.Unspecified },
        { "kind", request => Unseasoned(request).Kind = (BundleKind)99 },
        { "season_number", request => request.ClearSeasonNumber() },
        { "season_number", request => request.SeasonNumber = -1 },
        { "season_number", request => request.SeasonNumber = 10_000 },
        { "season_number", request => request.Kind = BundleKind.TitleExtras },
        { "episode_ids", request => request.EpisodeIds.AddRange(Enumerable.Range(0, 501).Select(_ => Guid.NewGuid().ToString())) },
        { "episode_ids[0]", request => request.EpisodeIds.Add("x") },
        { "episode_ids[1]", request => request.EpisodeIds.AddRange([Id, Id]) },
        { "label", request => request.Label = new string('x', 201) },
        { "label", request => request.Label = string.Concat(Enumerable.Repeat("😀", 201)) },
        { "label", request => request.Label = "a\u0001b" },
        { "label", request => request.Label = "\u200B" },
        { "expire_time", request => request.ExpireTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddHours(23)) },
        { "expire_time", request => request.ExpireTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(61)) },
        { "size_bytes", request => request.SizeBytes = 0 },
        { "size_bytes", request => request.SizeBytes = long.MaxValue },
        { "size_bytes", request => (request.SizeBytes, request.Method) = ((5L << 30) + 1, UploadMethod.SinglePut) },
        { "sha256", request => request.Sha256 = "" },
        { "sha256", request => request.Sha256 = new string('A', 64) },
        { "method", request => request.Method = UploadMethod.Proxy },
        { "method", request => request.Method = (UploadMethod)9 },
        { "encryption", request => request.Encryption = (ServerSideEncryption)9 },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task CreateBundle_BadField_IsNamed(string field, Action<CreateBundleRequest> spoil)
    {
        var request = Requests.Season(Id, new Content([1]));
        spoil(request);
        await RpcAssert.FailsOnFieldsAsync([field], () => System.Bundles().CreateBundleAsync(request).ResponseAsync);
    }

    [Fact]
    public Task CreateBundle_EmptyRequest_NamesEveryField() => RpcAssert.FailsOnFieldsAsync(
        ["kind", "sha256", "size_bytes", "title_id"], () => System.Bundles().CreateBundleAsync(new CreateBundleRequest()).ResponseAsync);

    [Fact]
    public async Task CreateBundle_AdHocWithoutEpisodes_IsRefused()
    {
        var request = Requests.Season(Id, new Content([1]));
        request.Kind = BundleKind.AdHoc;
        request.ClearSeasonNumber();
        await RpcAssert.FailsOnFieldsAsync(["episode_ids"], () => System.Bundles().CreateBundleAsync(request).ResponseAsync);
    }

    private static CreateBundleRequest Unseasoned(CreateBundleRequest request)
    {
        request.ClearSeasonNumber();
        return request;
    }
}
