using System.CommandLine;
using Google.Protobuf;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Transfer;
using MoviesNow.Cli.Uploads;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Storage;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Bundles;

/// <summary><c>moviesnow bundle create</c>: checks a ZIP, uploads it, and has it checked and recorded.</summary>
internal static class CreateBundleCommand
{
    public static Command Create(CatalogAccess access)
    {
        var title = new Argument<string>("title") { Description = "Id of the title" };
        var zip = new Argument<string>("zip") { Description = "The ZIP" };
        var manifest = new Option<string?>("--manifest") { Description = "Manifest of the ZIP, stored beside it" };
        var publish = new Option<bool>("--publish") { Description = "Let the public download it at once" };
        FieldOption[] fields =
        [
            FieldOption.Of<CreateBundleRequest>("kind", "What it contains", required: true),
            FieldOption.Of<CreateBundleRequest>("season_number", "Number of the season", "--season"),
            FieldOption.Of<CreateBundleRequest>("episode_ids", "Id of an episode inside", "--episode"),
            FieldOption.Of<CreateBundleRequest>("label", "Label for people"),
            FieldOption.Of<CreateBundleRequest>("expire_time", "When it stops being delivered; 14 days from now when absent", "--expire"),
            FieldOption.Of<CreateBundleRequest>("requires_token", "A download asks for a one-time token"),
            FieldOption.Of<CreateBundleRequest>("method", "How the bytes are sent; by size when absent"),
            FieldOption.Of<CreateBundleRequest>("encryption", "Encryption at rest"),
        ];
        var command = new Command("create", "Uploads a ZIP as a bundle, after checking it by the rules of the service.") { title, zip, manifest, publish, CatalogOptions.IdempotencyKey };
        fields.ToList().ForEach(field => command.Add(field.Option));
        return access.Run(command, async call =>
        {
            var file = call.Parsed.GetRequiredValue(zip);
            var request = new CreateBundleRequest { TitleId = call.Parsed.GetRequiredValue(title) };
            fields.ToList().ForEach(field => field.Apply(call.Parsed, request));
            var contents = call.Parsed.GetValue(manifest) is { } path ? await ReadAsync(path, File.ReadAllBytesAsync, call.CancellationToken) : null;
            var verdict = await ReadAsync(file, (name, token) => ZipInspector.InspectFileAsync(name, new ZipLimits(), token), call.CancellationToken);
            if (verdict.Problem is { } problem)
            {
                throw BundleFolder.Refused(problem);
            }

            var console = new TransferConsole(call.Parsed.InvocationConfiguration.Error, TimeProvider.System);
            var bundle = await console.RunAsync(Path.GetFileName(file), progress => UploadAsync(call, request, file, progress));
            call.Output.Show(await FinishAsync(call, bundle.Id, contents, call.Parsed.GetValue(publish)));
            return 0;
        });
    }

    private static async Task<Bundle> UploadAsync(CatalogCall call, CreateBundleRequest request, string path, ITransferProgress progress)
    {
        progress.Begin("Reading", new FileInfo(path).Length);
        var file = await SourceFile.ReadAsync(path, progress.Moved, call.CancellationToken);
        (request.SizeBytes, request.Sha256) = (file.Size, file.Sha256);
        var given = call.Parsed.GetValue(CatalogOptions.IdempotencyKey);
        var key = given ?? Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
        var headers = new Metadata { { IdempotencyKey.Header, key } };
        var created = await call.Clients.BundleUploads.CreateBundleAsync(request, new CallOptions(headers, cancellationToken: call.CancellationToken));
        var giveUp = $"moviesnow bundle delete {created.Bundle.Id}";
        var remedy = new UploadRemedy(
            $"Bundle {created.Bundle.Id} is pending: go on with the same command and --idempotency-key {PrintableText.Of(key, 200)}, or give it up with {giveUp}.", giveUp);
        await remedy.OfferAsync(SendAsync(call, created, isRepeated: given is not null, file, progress), call.CancellationToken);
        return created.Bundle;
    }

    /// <summary>Brings the ZIP into the bucket, and has it checked and recorded. An earlier run of the command may have begun, or finished.</summary>
    private static async Task<bool> SendAsync(
        CatalogCall call, CreateBundleResponse created, bool isRepeated, SourceFile file, ITransferProgress progress)
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

    private static async Task<Bundle> FinishAsync(CatalogCall call, string bundleId, byte[]? manifest, bool publish)
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

    private static async Task<T> ReadAsync<T>(string file, Func<string, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read(file, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"'{PrintableText.Of(file, 200)}' cannot be read: {exception.Message}");
        }
    }
}
