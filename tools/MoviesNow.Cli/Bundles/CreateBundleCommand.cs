using System.CommandLine;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Catalog;
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
            (request.SizeBytes, request.Sha256) = await ReadAsync(file, (name, token) => CheckAsync(name, call, token), call.CancellationToken);

            var key = call.Parsed.GetValue(CatalogOptions.IdempotencyKey) ?? Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
            var headers = new Metadata { { IdempotencyKey.Header, key } };
            var created = await call.Clients.BundleUploads.CreateBundleAsync(request, new CallOptions(headers, cancellationToken: call.CancellationToken));
            await UploadAsync(call, created, file, key);
            call.Output.Show(await FinishAsync(call, created.Bundle.Id, contents, call.Parsed.GetValue(publish)));
            return 0;
        });
    }

    private static async Task<(long Size, string Sha256)> CheckAsync(string file, CatalogCall call, CancellationToken cancellationToken)
    {
        if ((await ZipInspector.InspectFileAsync(file, new ZipLimits(), cancellationToken)).Problem is { } problem)
        {
            throw BundleFolder.Refused(problem);
        }

        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var size = stream.Length;
        return await TransferProgress.RunAsync(call.Parsed.InvocationConfiguration.Error, "Read the ZIP", size, async read =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[1 << 20];
            int count;
            while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, count);
                read(count);
            }

            return (size, Convert.ToHexStringLower(hash.GetHashAndReset()));
        });
    }

    private static async Task UploadAsync(CatalogCall call, CreateBundleResponse created, string file, string key)
    {
        var errors = call.Parsed.InvocationConfiguration.Error;
        var isRepeated = call.Parsed.GetValue(CatalogOptions.IdempotencyKey) is not null;
        try
        {
            await TransferProgress.RunAsync(errors, "Upload the ZIP", created.Upload.SizeBytes, async sent =>
            {
                await BundleSender.SendAsync(call.Clients, created, isRepeated, file, sent, call.CancellationToken);
                return true;
            });
        }
        catch (Exception exception) when (exception is RpcException or HttpRequestException or CommandException or OperationCanceledException)
        {
            await errors.WriteLineAsync(
                $"Bundle {created.Bundle.Id} is pending. Go on with the same command and --idempotency-key {PrintableText.Of(key, 200)}, or give up: moviesnow bundle delete {created.Bundle.Id}");
            throw;
        }
    }

    private static async Task<Bundle> FinishAsync(CatalogCall call, string bundleId, byte[]? manifest, bool publish)
    {
        var options = new CallOptions(cancellationToken: call.CancellationToken);
        if (manifest is not null)
        {
            var request = new UploadBundleManifestRequest { BundleId = bundleId, Manifest = UnsafeByteOperations.UnsafeWrap(manifest) };
            await LongCall.EndAsync(() => call.Clients.BundleUploads.UploadBundleManifestAsync(request, options));
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
