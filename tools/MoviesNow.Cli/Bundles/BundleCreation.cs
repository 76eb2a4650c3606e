using Google.Protobuf;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Transfer;
using MoviesNow.Cli.Uploads;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Bundles;

/// <summary>Uploads a ZIP as a bundle, and has it checked and recorded.</summary>
internal sealed class BundleCreation(CatalogCall call)
{
    /// <summary>Creates a bundle, or goes on with what an earlier run with the same key began.</summary>
    /// <param name="request">The bundle, without size and digest.</param>
    /// <param name="zip">The ZIP.</param>
    /// <param name="manifest">Its manifest, stored beside it; null for none.</param>
    /// <param name="publish">Whether the public may download it at once.</param>
    /// <param name="idempotencyKey">The key of the effect; null for a new one.</param>
    public async Task<Bundle> RunAsync(CreateBundleRequest request, string zip, byte[]? manifest, bool publish, string? idempotencyKey)
    {
        var console = new TransferConsole(call.Parsed.InvocationConfiguration.Error, TimeProvider.System);
        var bundle = await console.RunAsync(Path.GetFileName(zip), progress => UploadAsync(request, zip, idempotencyKey, progress));
        return await FinishAsync(bundle.Id, manifest, publish);
    }

    /// <summary>Stores the manifest, and publishes.</summary>
    public async Task<Bundle> FinishAsync(string bundleId, byte[]? manifest, bool publish)
    {
        var options = new CallOptions(cancellationToken: call.CancellationToken);
        if (manifest is not null)
        {
            var request = new UploadBundleManifestRequest { BundleId = bundleId, Manifest = UnsafeByteOperations.UnsafeWrap(manifest) };
            await new PatientCalls(TimeProvider.System).UntilDoneAsync(
                async () => await call.Clients.BundleUploads.UploadBundleManifestAsync(request, options), call.CancellationToken);
        }

        return publish
            ? (await call.Clients.Bundles.PublishBundleAsync(new PublishBundleRequest { BundleId = bundleId }, options)).Bundle
            : (await call.Clients.Bundles.GetBundleAsync(new GetBundleRequest { BundleId = bundleId }, options)).Bundle;
    }

    private async Task<Bundle> UploadAsync(CreateBundleRequest request, string path, string? given, ITransferProgress progress)
    {
        progress.Begin("Reading", new FileInfo(path).Length);
        var file = await SourceFile.ReadAsync(path, progress.Moved, call.CancellationToken);
        (request.SizeBytes, request.Sha256) = (file.Size, file.Sha256);
        var key = given ?? Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
        var headers = new Metadata { { IdempotencyKey.Header, key } };
        var created = await call.Clients.BundleUploads.CreateBundleAsync(request, new CallOptions(headers, cancellationToken: call.CancellationToken));
        var giveUp = $"moviesnow bundle delete {created.Bundle.Id}";
        var remedy = new UploadRemedy(
            $"Bundle {created.Bundle.Id} is pending: go on with the same command and --idempotency-key {PrintableText.Of(key, 200)}, or give it up with {giveUp}.", giveUp);
        await remedy.OfferAsync(SendAsync(created, isRepeated: given is not null, file, progress), call.CancellationToken);
        return created.Bundle;
    }

    /// <summary>Brings the ZIP into the bucket, and has it checked and recorded. An earlier run of the command may have begun, or finished.</summary>
    private async Task<bool> SendAsync(CreateBundleResponse created, bool isRepeated, SourceFile file, ITransferProgress progress)
    {
        using var http = ObjectTransfer.NewClient();
        var uploader = new FileUploader(
            call.Clients.Uploads, call.Clients.Multipart, new ParallelSender(new ObjectTransfer(http), TimeProvider.System), new PatientCalls(TimeProvider.System));
        if (!isRepeated)
        {
            await uploader.UploadAsync(created.Upload, created.Put, file, progress, call.CancellationToken);
            return true;
        }

        // The answer may be the first run's: what has become of the upload since, it does not tell.
        var ask = new GetUploadRequest { UploadId = created.Upload.Id };
        var upload = (await call.Clients.Uploads.GetUploadAsync(ask, cancellationToken: call.CancellationToken)).Upload;
        if (upload.State is not UploadState.Completed)
        {
            await uploader.ResumeAsync(upload, file, progress, call.CancellationToken);
        }

        return true;
    }
}
