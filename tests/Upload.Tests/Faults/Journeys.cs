using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload;
using MoviesNow.Upload.V1;
using UploadTests.Bundles;
using UploadTests.Support;
using static MoviesNow.Upload.Failpoint;

namespace UploadTests.Faults;

/// <summary>What clients do with uploads and bundles.</summary>
internal sealed class Journeys(UploadSystem system)
{
    private static readonly Failpoint[] Finalizing = [FinalizeVerified, FinalizeRecording, FinalizeRecorded, FinalizeCompleted];
    private static readonly Failpoint[] Closing = [AbortDecided, CloseReleased, CloseMultipartAborted, CloseRemoved, AbortClosed];

    private readonly Content _film = Content.Random(900);
    private readonly Content _picture = Content.Random(500);
    private readonly Content _zip = Content.Zip(500);

    public IReadOnlyList<Journey> All =>
    [
        new("single PUT", PictureAsync, IsSeries: false, [CreateClaimed, CreateCleared, CreateOpened, .. Finalizing]),
        new("multipart", FilmAsync, IsSeries: false, [CreateClaimed, CreateMultipartBegun, CreateOpened, PartsChecked, CompleteJoined, .. Finalizing]),
        new("bundle", (client, title) => BundleAsync(client, title, UploadMethod.SinglePut), IsSeries: true,
            [CreateClaimed, CreateReserved, CreateOpened, .. Finalizing]),
        new("multipart bundle", (client, title) => BundleAsync(client, title, UploadMethod.Multipart), IsSeries: true,
            [CreateReserved, CreateCleared, CreateMultipartBegun, CompleteJoined, FinalizeRecorded]),
        new("proxy", ProxyAsync, IsSeries: false, [CreateClaimed, CreateCleared, CreatePrepared, CreateOpened, .. Finalizing]),
        new("dropped parts", DroppedPartsAsync, IsSeries: false, RestartBegun),
        new("wrong bytes", WrongBytesAsync, IsSeries: false, RestartRemoved, RestartBegun),
        new("aborted PUT", AbortedPictureAsync, IsSeries: false, Closing),
        new("aborted multipart bundle", AbortedBundleAsync, IsSeries: true, Closing),
        new("deleted bundle", DeletedBundleAsync, IsSeries: true, DeleteDecided, DeleteReleased, CloseReleased, CloseRemoved),
        new("manifest", ManifestAsync, IsSeries: true, ManifestStored, ManifestRecorded),
        .. new PackageJourneys(system).All,
    ];

    private async Task PictureAsync(FailoverClient client, string titleId)
    {
        var created = await client.UploadAsync((uploads, options) => uploads.CreateUploadAsync(Requests.Artwork(titleId, _picture), options));
        await SendAsync(created.Put, _picture);
        await FinalizeAsync(client, created.Upload, _picture);
    }

    private async Task FilmAsync(FailoverClient client, string titleId)
    {
        var created = await client.UploadAsync((uploads, options) => uploads.CreateUploadAsync(Requests.Original(titleId, _film), options));
        await CompleteAsync(client, created.Upload, await SendPartsAsync(client, created.Upload, _film), _film);
    }

    private async Task BundleAsync(FailoverClient client, string titleId, UploadMethod method)
    {
        var created = await CreateBundleAsync(client, titleId, method);
        if (created.Put is null)
        {
            await CompleteAsync(client, created.Upload, await SendPartsAsync(client, created.Upload, _zip), _zip);
        }
        else
        {
            await SendAsync(created.Put, _zip);
            await FinalizeAsync(client, created.Upload, _zip);
        }

        var admin = new BundleService.BundleServiceClient(system.Catalog(Identity.Admin));
        var published = await admin.PublishBundleAsync(new PublishBundleRequest { BundleId = created.Bundle.Id });
        Assert.Equal(BundleState.Published, published.Bundle.State);
    }

    private async Task ProxyAsync(FailoverClient client, string titleId)
    {
        var answer = await client.ProxyAsync((proxy, options) => proxy.UploadSmallFileAsync(Requests.SmallFile(titleId, _picture), options));
        await AssertStoredAsync(answer.Upload, answer.AssetId, _picture);
    }

    /// <summary>A lifecycle rule aborts the multipart upload; the service begins it again.</summary>
    private async Task DroppedPartsAsync(FailoverClient client, string titleId)
    {
        var created = await client.UploadAsync((uploads, options) => uploads.CreateUploadAsync(Requests.Original(titleId, _film), options));
        var key = StorageKey.Parse(created.Upload.StorageKey);
        await foreach (var pending in system.Objects.ListMultipartUploadsAsync(key.Value, default))
            await system.Objects.AbortMultipartAsync(key, pending.UploadId, default);
        await CompleteAsync(client, created.Upload, await SendPartsAsync(client, created.Upload, _film), _film);
    }

    /// <summary>The bytes are not those that were declared; after the refusal the right ones are sent.</summary>
    private async Task WrongBytesAsync(FailoverClient client, string titleId)
    {
        var content = Content.Random(700);
        var created = await client.UploadAsync((uploads, options) => uploads.CreateUploadAsync(Requests.Original(titleId, content), options));
        await SendPartsAsync(client, created.Upload, content.Damaged());
        await CompleteRefusedAsync(client, created.Upload);
        var resumed = await client.UploadAsync((uploads, options) => uploads.ResumeUploadAsync(new ResumeUploadRequest { UploadId = created.Upload.Id }, options));
        Assert.Equal(ResumeStep.SendAgain, resumed.NextStep);
        await CompleteAsync(client, created.Upload, await SendPartsAsync(client, created.Upload, content), content);
    }

    private static async Task CompleteRefusedAsync(FailoverClient client, Upload upload)
    {
        try
        {
            await client.MultipartAsync((multipart, options) => multipart.CompleteMultipartUploadAsync(Requests.Complete(upload), options));
            Assert.Fail("Other bytes were accepted.");
        }
        catch (RpcException e)
        {
            // A replica that finds neither object nor parts says that all of them are missing.
            string[] reasons = [ErrorReasons.NameOf(ErrorReason.ChecksumMismatch), ErrorReasons.NameOf(ErrorReason.PartsIncomplete)];
            Assert.Contains(RpcErrors.InfoOf(e)?.Reason, reasons);
        }
    }

    private async Task AbortedPictureAsync(FailoverClient client, string titleId)
    {
        var created = await client.UploadAsync((uploads, options) => uploads.CreateUploadAsync(Requests.Artwork(titleId, _picture), options));
        await SendAsync(created.Put, _picture);
        await AbortAsync(client, created.Upload);
    }

    private async Task AbortedBundleAsync(FailoverClient client, string titleId)
    {
        var created = await CreateBundleAsync(client, titleId, UploadMethod.Multipart);
        await SendPartsAsync(client, created.Upload, _zip);
        await AbortAsync(client, created.Upload);
    }

    private async Task DeletedBundleAsync(FailoverClient client, string titleId)
    {
        var bundle = await VerifiedBundleAsync(titleId);
        var request = new DeleteBundleRequest { BundleId = bundle.Id };
        try
        {
            await client.BundleAsync((bundles, options) => bundles.DeleteBundleAsync(request, options));
        }
        catch (RpcException e)
        {
            // The dead server had deleted the row; the sweeper has the rest.
            Assert.Equal(ErrorReasons.NameOf(ErrorReason.BundleNotFound), RpcErrors.InfoOf(e)?.Reason);
        }
    }

    private async Task ManifestAsync(FailoverClient client, string titleId)
    {
        var bundle = await VerifiedBundleAsync(titleId);
        var request = new UploadBundleManifestRequest { BundleId = bundle.Id, Manifest = ManifestJson.Of(_zip) };
        var answer = await client.BundleAsync((bundles, options) => bundles.UploadBundleManifestAsync(request, options));
        Assert.NotEmpty(answer.Bundle.ManifestKey);
        Assert.Equal(request.Manifest.ToByteArray(), await ReadAsync(answer.Bundle.ManifestKey));
    }

    private Task<CreateBundleResponse> CreateBundleAsync(FailoverClient client, string titleId, UploadMethod method)
    {
        var request = Requests.Season(titleId, _zip);
        request.Method = method;
        return client.BundleAsync((bundles, options) => bundles.CreateBundleAsync(request, options));
    }

    /// <summary>The title's bundle, uploaded by a server that lives.</summary>
    private async Task<Bundle> VerifiedBundleAsync(string titleId)
    {
        var known = await system.CatalogBundles.ListBundlesAsync(new ListBundlesRequest { TitleId = titleId });
        if (known.Bundles is [var verified])
            return verified;
        var created = await system.Bundles().CreateBundleAsync(Requests.Season(titleId, _zip));
        await SendAsync(created.Put, _zip);
        await system.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));
        return created.Bundle;
    }

    private static async Task AbortAsync(FailoverClient client, Upload upload)
    {
        var answer = await client.UploadAsync((uploads, options) => uploads.AbortUploadAsync(new AbortUploadRequest { UploadId = upload.Id }, options));
        Assert.Equal(UploadState.Aborted, answer.Upload.State);
    }

    private async Task FinalizeAsync(FailoverClient client, Upload upload, Content content)
    {
        var answer = await client.UploadAsync((uploads, options) => uploads.FinalizeUploadAsync(Requests.Finalize(upload), options));
        Assert.Equal(upload.Id, answer.Upload.Id);
        await AssertStoredAsync(answer.Upload, answer.AssetId, content);
    }

    private async Task CompleteAsync(FailoverClient client, Upload upload, IEnumerable<UploadedPart> parts, Content content)
    {
        var request = new CompleteMultipartUploadRequest { UploadId = upload.Id, Parts = { parts } };
        var answer = await client.MultipartAsync((multipart, options) => multipart.CompleteMultipartUploadAsync(request, options));
        Assert.Equal(upload.Id, answer.Upload.Id);
        await AssertStoredAsync(answer.Upload, answer.AssetId, content);
    }

    private async Task AssertStoredAsync(Upload upload, string assetId, Content content)
    {
        Assert.Equal(UploadState.Completed, upload.State);
        Assert.Equal(upload.Target.Purpose is UploadPurpose.Bundle, assetId.Length == 0);
        Assert.Equal(content.Bytes, await ReadAsync(upload.StorageKey));
    }

    private async Task<byte[]> ReadAsync(string key)
    {
        await using var stored = await system.Objects.OpenReadAsync(StorageKey.Parse(key), range: null, ifETag: null, default);
        using var bytes = new MemoryStream();
        await stored!.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private async Task<List<UploadedPart>> SendPartsAsync(FailoverClient client, Upload upload, Content content)
    {
        var request = new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { Enumerable.Range(1, upload.PartPlan.PartCount) } };
        var presigned = await client.MultipartAsync((multipart, options) => multipart.PresignPartsAsync(request, options));
        var sent = new List<UploadedPart>();
        foreach (var part in presigned.Parts)
        {
            var etag = await SendAsync(part.Request, content.Part(part.OffsetBytes, part.SizeBytes));
            sent.Add(new UploadedPart { PartNumber = part.PartNumber, Etag = etag });
        }

        return sent;
    }

    private Task<string> SendAsync(MoviesNow.Upload.V1.PresignedRequest put, Content content) => SendAsync(put, content.Bytes);

    private async Task<string> SendAsync(MoviesNow.Upload.V1.PresignedRequest put, ReadOnlyMemory<byte> bytes)
    {
        using var answer = await system.SendAsync(put, bytes);
        answer.EnsureSuccessStatusCode();
        return answer.Headers.ETag!.Tag;
    }
}
