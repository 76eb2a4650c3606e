using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Bundles;

/// <summary>Who repeats the creation of a bundle with its idempotency key gets that bundle and its upload, with and without Redis.</summary>
[Collection(nameof(SharedSystem))]
public sealed class CreateBundleOnceTests(SharedSystem shared) : UploadTest(shared)
{
    private readonly string _key = Guid.NewGuid().ToString();
    private readonly Content _zip = Content.Zip();

    private int Lost => System.WithoutRedis[0];

    [Theory]
    [InlineData(BundleKind.Season)]
    [InlineData(BundleKind.AdHoc)]
    public async Task CreateBundle_RecordIsLost_AnswersWithItsBundleAsItIs(BundleKind kind)
    {
        var request = await RequestAsync(kind);
        var first = await CreateAsync(0, request);

        var again = await CreateAsync(Lost, request);

        Assert.Equal((first.Bundle, first.Upload), (again.Bundle, again.Upload));
        using (var answer = await System.SendAsync(again.Put, _zip.Bytes))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(first.Upload));
        var late = await CreateAsync(Lost, request);
        Assert.Equal((first.Bundle.Id, BundleState.Verified), (late.Bundle.Id, late.Bundle.State));
        Assert.Equal((first.Upload.Id, UploadState.Completed, null), (late.Upload.Id, late.Upload.State, late.Put));
        await HasOneAsync(request.TitleId);
    }

    [Theory]
    [InlineData(BundleKind.Season)]
    [InlineData(BundleKind.AdHoc)]
    public async Task CreateBundle_AtOnceAndRedisIsDown_MakesOneBundle(BundleKind kind)
    {
        var request = await RequestAsync(kind);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => CreateAsync(System.WithoutRedis[i % 2], request)));

        Assert.Single(answers.Select(answer => (answer.Bundle, answer.Upload)).Distinct());
        await HasOneAsync(request.TitleId);
    }

    [Fact]
    public async Task CreateBundle_ByAnotherCall_IsNotTakenForTheFirst()
    {
        var request = await RequestAsync(BundleKind.Season);
        await CreateAsync(Lost, request);

        var labelled = request.Clone();
        labelled.Label = "Another";
        await RpcAssert.FailsAsync(ErrorReason.BundleExists, () => CreateAsync(Lost, labelled));
        var somebody = new BundleUploadService.BundleUploadServiceClient(System.As(Identity.Admin with { Subject = "somebody@test" }, Lost));
        await RpcAssert.FailsAsync(ErrorReason.BundleExists, () => somebody.CreateBundleAsync(request, Keyed()).ResponseAsync);
        await RpcAssert.FailsAsync(ErrorReason.BundleExists, () => System.Bundles(Lost).CreateBundleAsync(request).ResponseAsync);
        await HasOneAsync(request.TitleId);
    }

    [Fact]
    public async Task CreateBundle_RepeatedWhenItsExpiryIsTooNear_IsAnsweredAllTheSame()
    {
        var request = await RequestAsync(BundleKind.Season);
        request.ExpireTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(1).AddSeconds(-45));
        var first = await CreateAsync(Lost, request);
        var later = System.AddReplica(
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:redis"] = "127.0.0.1:1,connectTimeout=100" },
            new AheadClock(TimeSpan.FromSeconds(20)));

        await RpcAssert.FailsOnFieldsAsync(["expire_time"], () => System.Bundles(later).CreateBundleAsync(request).ResponseAsync);
        Assert.Equal(first.Upload, (await CreateAsync(later, request)).Upload);
    }

    [Fact]
    public async Task CreateBundle_OfABundleThatWasDeleted_MakesNoOther()
    {
        var request = await RequestAsync(BundleKind.Season);
        var first = await CreateAsync(Lost, request);
        await System.Bundles().DeleteBundleAsync(new DeleteBundleRequest { BundleId = first.Bundle.Id });

        await RpcAssert.FailsAsync(ErrorReason.BundleNotFound, () => CreateAsync(Lost, request));

        Assert.Empty((await System.CatalogBundles.ListBundlesAsync(new ListBundlesRequest { TitleId = request.TitleId })).Bundles);
    }

    private async Task<CreateBundleRequest> RequestAsync(BundleKind kind)
    {
        var (titleId, _, episodeId) = await System.EpisodeAsync();
        var request = Requests.Season(titleId, _zip);
        if (kind is BundleKind.AdHoc)
        {
            request.Kind = kind;
            request.ClearSeasonNumber();
            request.EpisodeIds.Add(episodeId);
        }

        return request;
    }

    private Task<CreateBundleResponse> CreateAsync(int replica, CreateBundleRequest request) =>
        System.Bundles(replica).CreateBundleAsync(request, Keyed()).ResponseAsync;

    private async Task HasOneAsync(string titleId)
    {
        Assert.Single((await System.CatalogBundles.ListBundlesAsync(new ListBundlesRequest { TitleId = titleId })).Bundles);
        Assert.Equal(1, await System.CountSessionsAsync(titleId));
    }

    private Metadata Keyed() => new() { { IdempotencyKey.Header, _key } };

    private sealed class AheadClock(TimeSpan lead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + lead;
    }
}
