using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using StackExchange.Redis;
using UploadTests.Support;

namespace UploadTests.Bundles;

/// <summary>Each kind of bundle from its creation to its end.</summary>
[Collection(nameof(SharedSystem))]
public sealed class BundleLifeTests(SharedSystem shared) : UploadTest(shared)
{
    private const int Callers = 50;

    public static TheoryData<BundleKind, UploadMethod> Kinds => new()
    {
        { BundleKind.Season, UploadMethod.SinglePut },
        { BundleKind.AdHoc, UploadMethod.Multipart },
        { BundleKind.SeasonExtras, UploadMethod.Multipart },
        { BundleKind.TitleExtras, UploadMethod.SinglePut },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Bundle_OfEachKind_IsCreatedPublishedExpiredAndDeleted(BundleKind kind, UploadMethod method)
    {
        var zip = Content.Zip();
        var request = await RequestAsync(kind, zip);
        request.Method = method;
        var created = await System.Bundles().CreateBundleAsync(request);
        Assert.Equal((BundleState.Pending, kind), (created.Bundle.State, created.Bundle.Kind));

        await SendAsync(created, zip);
        // Storage verifies what a single PUT declares; the rest is read.
        Assert.Equal(method is UploadMethod.Multipart ? zip.Size : 0, await CheckedBytesAsync(created.Upload, isRead: method is UploadMethod.Multipart));
        Assert.Empty(await DownloadableAsync(request.TitleId));
        var published = (await Admin.PublishBundleAsync(new PublishBundleRequest { BundleId = created.Bundle.Id })).Bundle;
        Assert.Equal(BundleState.Published, published.State);
        Assert.Equal([created.Bundle.Id], await DownloadableAsync(request.TitleId));
        await RpcAssert.FailsAsync(kind is BundleKind.AdHoc ? ErrorReason.InvalidFields : ErrorReason.BundleExists, async () =>
        {
            // Ad-hoc bundles have keys of their own, so that there may be many.
            request.SizeBytes = kind is BundleKind.AdHoc ? 0 : request.SizeBytes;
            await System.Bundles(replica: 1).CreateBundleAsync(request);
        });

        published.ExpireTime = published.CreateTime + Duration.FromTimeSpan(TimeSpan.FromMicroseconds(1));
        var expired = (await Admin.UpdateBundleAsync(new UpdateBundleRequest { Bundle = published, UpdateMask = new FieldMask { Paths = { "expire_time" } } })).Bundle;
        Assert.Equal(BundleState.Expired, expired.State);
        Assert.Empty(await DownloadableAsync(request.TitleId));

        Assert.True((await System.Bundles().DeleteBundleAsync(new DeleteBundleRequest { BundleId = created.Bundle.Id })).ObjectsDeleted);
        await AssertNothingIsLeftAsync(request.TitleId);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task CreateBundle_FiftyAtOnceOverThreeReplicas_OneWinsAndNothingIsLeftOver(BundleKind kind, UploadMethod method)
    {
        var request = await RequestAsync(kind, Content.Zip());
        request.Method = method;
        var replicas = Enumerable.Range(0, UploadSystem.Replicas).Select(System.Bundles).ToList();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => OutcomeAsync(replicas[i % UploadSystem.Replicas], request)));

        var winners = outcomes.Where(outcome => outcome.Created is not null).Select(outcome => outcome.Created!).ToList();
        Assert.Equal(kind is BundleKind.AdHoc ? Callers : 1, winners.Count);
        Assert.All(outcomes.Where(outcome => outcome.Created is null), outcome => Assert.Equal("BUNDLE_EXISTS", outcome.Reason));
        var rows = (await System.CatalogBundles.ListBundlesAsync(new ListBundlesRequest { TitleId = request.TitleId, PageSize = 200 })).Bundles;
        Assert.Equal(Sorted(winners.Select(winner => winner.Bundle.Id)), Sorted(rows.Select(row => row.Id)));
        Assert.Equal(winners.Count, await System.CountSessionsAsync(request.TitleId));
        var prefixes = new[] { $"bundles/{request.TitleId}/", $"downloads/{request.TitleId}/" };
        Assert.Equal(
            method is UploadMethod.Multipart ? winners.Count : 0,
            (await Task.WhenAll(prefixes.Select(async prefix => await System.Objects.ListMultipartUploadsAsync(prefix, default).CountAsync()))).Sum());

        await Task.WhenAll(winners.Select(winner => System.Bundles().DeleteBundleAsync(new DeleteBundleRequest { BundleId = winner.Bundle.Id }).ResponseAsync));
        await AssertNothingIsLeftAsync(request.TitleId);
    }

    [Fact]
    public async Task DeleteBundle_WhileTheManifestIsUploaded_LeavesNoObject()
    {
        for (var round = 0; round < 8; round++)
        {
            var zip = Content.Zip();
            var request = await RequestAsync(BundleKind.Season, zip);
            var created = await System.Bundles().CreateBundleAsync(request);
            await SendAsync(created, zip);
            var upload = RefusedOrDoneAsync(() => System.Bundles(1).UploadBundleManifestAsync(
                new UploadBundleManifestRequest { BundleId = created.Bundle.Id, Manifest = ManifestJson.Of(zip) }).ResponseAsync);
            var delete = RefusedOrDoneAsync(() => System.Bundles().DeleteBundleAsync(new DeleteBundleRequest { BundleId = created.Bundle.Id }).ResponseAsync);
            await Task.WhenAll(upload, delete);

            await AssertNothingIsLeftAsync(request.TitleId);
        }
    }

    private BundleService.BundleServiceClient Admin => new(System.Catalog(Identity.Admin));

    private async Task<CreateBundleRequest> RequestAsync(BundleKind kind, Content zip)
    {
        var (titleId, _, episodeId) = kind is BundleKind.TitleExtras ? (await System.MovieAsync(), "", "") : await System.EpisodeAsync();
        await new TitleService.TitleServiceClient(System.Catalog(Identity.Admin)).PublishTitleAsync(new PublishTitleRequest { TitleId = titleId });
        var request = new CreateBundleRequest { TitleId = titleId, Kind = kind, SizeBytes = zip.Size, Sha256 = zip.Sha256 };
        if (kind is BundleKind.AdHoc)
            request.EpisodeIds.Add(episodeId);
        if (kind is BundleKind.Season or BundleKind.SeasonExtras)
            request.SeasonNumber = 1;
        return request;
    }

    private async Task SendAsync(CreateBundleResponse created, Content zip)
    {
        if (created.Upload.Method is UploadMethod.SinglePut)
        {
            using var answer = await System.SendAsync(created.Put, zip.Bytes);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await System.Uploads(replica: 1).FinalizeUploadAsync(Requests.Finalize(created.Upload));
            return;
        }

        var presigned = await System.Multipart().PresignPartsAsync(new PresignPartsRequest { UploadId = created.Upload.Id, PartNumbers = { 1 } });
        using var part = await System.SendAsync(presigned.Parts.Single().Request, zip.Bytes);
        Assert.Equal(HttpStatusCode.OK, part.StatusCode);
        await System.Multipart(replica: 1).CompleteMultipartUploadAsync(Requests.Complete(created.Upload));
    }

    private async Task<List<string>> DownloadableAsync(string titleId)
    {
        var page = await System.CatalogBundles.ListBundlesAsync(new ListBundlesRequest { TitleId = titleId, DownloadableOnly = true });
        return [.. page.Bundles.Select(bundle => bundle.Id)];
    }

    /// <summary>Progress is told on the side: nobody waits for it to arrive.</summary>
    private async Task<long> CheckedBytesAsync(Upload upload, bool isRead)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            var read = (await System.Uploads(replica: 2).GetUploadAsync(new GetUploadRequest { UploadId = upload.Id })).Upload.CheckedBytes;
            if (read > 0 || !isRead || limit.IsCancellationRequested)
                return read;
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    private static async Task<(CreateBundleResponse? Created, string Reason)> OutcomeAsync(BundleUploadService.BundleUploadServiceClient client, CreateBundleRequest request)
    {
        try
        {
            return (await client.CreateBundleAsync(request), "");
        }
        catch (RpcException e)
        {
            return (null, RpcErrors.InfoOf(e)?.Reason ?? e.StatusCode.ToString());
        }
    }

    private static async Task RefusedOrDoneAsync<T>(Func<Task<T>> call)
    {
        try
        {
            await call();
        }
        catch (RpcException e)
        {
            Assert.Contains(e.StatusCode, new[] { StatusCode.NotFound, StatusCode.FailedPrecondition, StatusCode.Aborted });
        }
    }

    private async Task AssertNothingIsLeftAsync(string titleId)
    {
        Assert.Empty((await System.CatalogBundles.ListBundlesAsync(new ListBundlesRequest { TitleId = titleId })).Bundles);
        foreach (var prefix in new[] { $"bundles/{titleId}/", $"downloads/{titleId}/" })
        {
            Assert.Empty(await System.Objects.ListAsync(prefix, default).ToListAsync());
            Assert.Empty(await System.Objects.ListMultipartUploadsAsync(prefix, default).ToListAsync());
        }

        var redis = System.Service<IConnectionMultiplexer>();
        Assert.Empty(redis.GetServers().SelectMany(server => server.Keys(pattern: $"mn:upload:bundle-lock:*{titleId}*")));
    }

    private static IEnumerable<string> Sorted(IEnumerable<string> ids) => ids.Order(StringComparer.Ordinal);
}
