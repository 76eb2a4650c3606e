using System.Net;
using MoviesNow.Catalog.V1;
using MoviesNow.Storage;
using MoviesNow.Upload.Sweeping;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Sweeping;

/// <summary>Every kind of leftover, made for real or by the rows that a crash leaves: one sweep ends it, and a dry run only counts it.</summary>
public sealed class LeftoverTests(SweepSystem shared) : SweepTest(shared)
{
    [Fact]
    public async Task Sweep_MultipartUploadPastItsDeadline_IsAbortedAndExpires()
    {
        var content = Content.Random((int)UploadSystem.PartSize + 10);
        var upload = (await System.Uploads().CreateUploadAsync(Requests.Original(await System.MovieAsync(), content))).Upload;
        var presigned = await System.Multipart().PresignPartsAsync(new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { 1 } });
        using (var sent = await System.SendAsync(presigned.Parts[0].Request, content.Part(0, UploadSystem.PartSize)))
            Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        await System.SetAsync(upload.Id, "deadline = now() - interval '1 minute'");

        var dry = await SweepAsync(TimeSpan.Zero, isDryRun: true);
        Assert.Equal((1, UploadSystem.PartSize), (dry.CountOf(SweepEffect.ExpiredUpload), dry.ReclaimedBytes));
        Assert.Single(await PendingAsync(upload));
        var run = await SweepAsync(TimeSpan.Zero);

        Assert.Equal((1, UploadSystem.PartSize), (run.CountOf(SweepEffect.ExpiredUpload), run.ReclaimedBytes));
        Assert.Empty(await PendingAsync(upload));
        Assert.Equal(UploadState.Expired, await StateAsync(upload));
        Assert.Equal(0, (await SweepAsync(TimeSpan.Zero)).CountOf(SweepEffect.ExpiredUpload));
    }

    [Fact]
    public async Task Sweep_SinglePutPastItsDeadline_RemovesTheObject()
    {
        var content = Content.Random(100);
        var created = await System.Uploads().CreateUploadAsync(Requests.Artwork(await System.MovieAsync(), content));
        await SendOkAsync(created.Put, content);
        await System.SetAsync(created.Upload.Id, "deadline = now() - interval '1 minute'");

        var run = await SweepAsync(TimeSpan.Zero);

        Assert.Equal((1, 100), (run.CountOf(SweepEffect.ExpiredUpload), run.ReclaimedBytes));
        Assert.Null(await HeadAsync(created.Upload.StorageKey));
    }

    [Fact]
    public async Task Sweep_OpeningSessionOfACrash_IsDiscardedWithItsReservation()
    {
        var titleId = await System.SeriesAsync();
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, Content.Zip()));
        await System.SetAsync(created.Upload.Id, "state = 'opening', lease_until = now() - interval '1 second'");

        var run = await SweepAsync(TimeSpan.Zero);

        Assert.Equal(1, run.CountOf(SweepEffect.ClearedUpload));
        Assert.Equal(0, await System.CountSessionsAsync(titleId));
        Assert.Empty((await System.CatalogBundles.ListBundlesAsync(new ListBundlesRequest { TitleId = titleId })).Bundles);
    }

    [Fact]
    public async Task Sweep_DeletionThatStorageDidNotAnswer_IsFinished()
    {
        var (_, created) = await VerifiedBundleAsync();
        await System.SetAsync(created.Upload.Id, "state = 'closing', close_as = 'aborted'");
        Assert.Equal(0, (await SweepAsync(TimeSpan.Zero)).CountOf(SweepEffect.DeletedObject));

        // It may be under way: it is left alone until it is old.
        Assert.NotNull(await HeadAsync(created.Upload.StorageKey));
        var run = await SweepAsync(Soon);

        Assert.Equal((1, created.Upload.SizeBytes), (run.CountOf(SweepEffect.DeletedObject), run.ReclaimedBytes));
        Assert.Null(await HeadAsync(created.Upload.StorageKey));
        Assert.Equal(UploadState.Aborted, await StateAsync(created.Upload));
    }

    [Fact]
    public async Task Sweep_RecordingThatStopped_IsCompleted()
    {
        var (titleId, zip) = (await System.SeriesAsync(), Content.Zip());
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip));
        await SendOkAsync(created.Put, zip);
        var etag = (await HeadAsync(created.Upload.StorageKey))!.ETag;
        await System.SetAsync(created.Upload.Id, $"state = 'recording', storage_etag = '{etag}'");

        var run = await SweepAsync(Soon);

        Assert.Equal(1, run.CountOf(SweepEffect.CompletedUpload));
        Assert.Equal(UploadState.Completed, await StateAsync(created.Upload));
        Assert.Equal(BundleState.Verified, await System.BundleStateAsync(created.Bundle.Id));
    }

    [Fact]
    public async Task Sweep_CompleteWhoseAnswerWasLost_IsCompleted()
    {
        var content = Content.Random(1_000);
        var upload = (await System.Uploads().CreateUploadAsync(Requests.Original(await System.MovieAsync(), content))).Upload;
        var presigned = await System.Multipart().PresignPartsAsync(new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { 1 } });
        using var sent = await System.SendAsync(presigned.Parts[0].Request, content.Bytes);
        var pending = Assert.Single(await PendingAsync(upload));

        // What a service does that is killed before it can write that storage has joined the parts.
        await System.Objects.CompleteMultipartAsync(pending.Key!, pending.UploadId, [new CompletedPart(1, sent.Headers.ETag!.Tag)], default);
        Assert.Equal(1, (await SweepAsync(Soon, isDryRun: true)).CountOf(SweepEffect.CompletedUpload));
        Assert.Equal(UploadState.Pending, await StateAsync(upload));
        var run = await SweepAsync(Soon);

        Assert.Equal(1, run.CountOf(SweepEffect.CompletedUpload));
        Assert.Equal(UploadState.Completed, await StateAsync(upload));
    }

    [Fact]
    public async Task Sweep_LatePutOfAClosedUpload_IsRemovedWhileItsUrlWorksAndOnceAfter()
    {
        var content = Content.Random(100);
        var created = await System.Uploads().CreateUploadAsync(Requests.Artwork(await System.MovieAsync(), content));
        await System.Uploads().AbortUploadAsync(new AbortUploadRequest { UploadId = created.Upload.Id });
        for (var round = 0; round < 2; round++)
        {
            await SendOkAsync(created.Put, content);
            Assert.Equal((1, 100), Counts(await SweepAsync(TimeSpan.Zero)));
            Assert.Null(await HeadAsync(created.Upload.StorageKey));
        }

        // A write that began in time may land when the URL does not work any more.
        await System.PlantAsync(created.Upload, content.Bytes);
        Assert.Equal((1, 100), Counts(await SweepAsync(NextDays)));
        Assert.Equal(UploadState.Aborted, await StateAsync(created.Upload));

        // After that nobody looks again.
        await System.PlantAsync(created.Upload, content.Bytes);
        Assert.Equal((0, 0), Counts(await SweepAsync(NextDays)));

        static (int, long) Counts(SweepRun run) => (run.CountOf(SweepEffect.ClearedUpload), run.ReclaimedBytes);
    }

    [Fact]
    public async Task Sweep_MultipartUploadsInTheBucket_AbortsThoseOfTheLayoutThatNobodyNames()
    {
        var content = Content.Random(1_000);
        var upload = (await System.Uploads().CreateUploadAsync(Requests.Original(await System.MovieAsync(), content))).Upload;
        await System.SetAsync(upload.Id, "deadline = now() + interval '30 days'");
        var second = await System.Objects.CreateMultipartAsync(StorageKey.Parse(upload.StorageKey), new ObjectHeaders(), default);
        var ownerless = StorageLayout.Original(Guid.CreateVersion7(), null, FileName("film.mp4"));
        await System.Objects.CreateMultipartAsync(ownerless, new ObjectHeaders(), default);
        var foreign = StorageKey.Parse($"backup/{Guid.NewGuid()}/film.mp4");
        await System.Objects.CreateMultipartAsync(foreign, new ObjectHeaders(), default);
        Assert.Equal(0, (await SweepAsync(TimeSpan.Zero)).CountOf(SweepEffect.AbortedMultipart));

        var run = await SweepAsync(NextDays);

        Assert.Equal(2, run.CountOf(SweepEffect.AbortedMultipart));
        Assert.NotEqual(second, Assert.Single(await PendingAsync(upload)).UploadId);
        Assert.Empty(await ListAsync(ownerless.Value));
        Assert.Single(await ListAsync(foreign.Value));
    }

    [Theory]
    [InlineData("Published")]
    [InlineData("Verified")]
    public async Task Sweep_ExpiredBundle_IsPurgedAndItsKeyIsFree(string state)
    {
        var (titleId, created) = await VerifiedBundleAsync();
        var manifest = StorageLayout.SeasonBundleManifest(Guid.Parse(titleId), 1);
        await System.PlantAsync(manifest.Value, [1, 2, 3]);
        await System.ExpireBundleAsync(created.Bundle.Id, state);

        var dry = await SweepAsync(TimeSpan.Zero, isDryRun: true);
        Assert.Equal((1, created.Upload.SizeBytes), (dry.CountOf(SweepEffect.PurgedBundle), dry.ReclaimedBytes));
        Assert.NotNull(await HeadAsync(created.Upload.StorageKey));
        var run = await SweepAsync(TimeSpan.Zero);

        Assert.Equal((1, created.Upload.SizeBytes), (run.CountOf(SweepEffect.PurgedBundle), run.ReclaimedBytes));
        Assert.Null(await HeadAsync(created.Upload.StorageKey));
        Assert.Null(await HeadAsync(manifest.Value));
        Assert.Equal(BundleState.Purged, await System.BundleStateAsync(created.Bundle.Id));
        Assert.Equal(UploadState.Expired, await StateAsync(created.Upload));
        Assert.Equal(0, (await SweepAsync(TimeSpan.Zero)).CountOf(SweepEffect.PurgedBundle));
        var zip = Content.Zip();
        var again = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip));
        await SendOkAsync(again.Put, zip);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(again.Upload));
        Assert.Equal(0, (await SweepAsync(TimeSpan.Zero)).CountOf(SweepEffect.PurgedBundle));
        Assert.NotNull(await HeadAsync(again.Upload.StorageKey));
    }

    [Fact]
    public async Task Sweep_PurgeThatStopsBeforeItsLastStep_IsFinishedByTheNext()
    {
        var (_, created) = await VerifiedBundleAsync();
        await System.ExpireBundleAsync(created.Bundle.Id);
        await System.CatalogBundles.ExpireBundleAsync(new ExpireBundleRequest { BundleId = created.Bundle.Id });
        await System.SetAsync(created.Upload.Id, "state = 'closing', close_as = 'expired'");
        await System.Objects.DeleteAsync(StorageKey.Parse(created.Upload.StorageKey), default);

        await SweepAsync(Soon);

        Assert.Equal(BundleState.Purged, await System.BundleStateAsync(created.Bundle.Id));
        Assert.Equal(UploadState.Expired, await StateAsync(created.Upload));
    }

    private Task<List<PendingUpload>> PendingAsync(Upload upload) => ListAsync(upload.StorageKey);

    private async Task<List<PendingUpload>> ListAsync(string key) => await System.Objects.ListMultipartUploadsAsync(key, default).ToListAsync();
}
