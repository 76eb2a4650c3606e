using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Bundles;

/// <summary>Making and removing bundles: the row in the catalogue and the ZIP in the bucket together.</summary>
internal sealed class BundleUploadGrpcService(
    UploadChecks checks,
    UploadDrafts drafts,
    UploadOpener opener,
    BundleReservation reservation,
    BundleRemover remover,
    ManifestUploader manifests,
    BundleLock creators,
    CatalogGateway catalog,
    UploadUrls urls,
    TimeProvider time) : BundleUploadService.BundleUploadServiceBase
{
    /// <summary>Requests may be a little larger than their manifest.</summary>
    public const int MaxRequestBytes = MaxManifestBytes + (64 << 10);

    private const int MaxManifestBytes = 10 << 20;

    public override async Task<CreateBundleResponse> CreateBundle(CreateBundleRequest request, ServerCallContext context)
    {
        // Before the checks: a repetition may come so late that the expiry is no longer far enough away.
        if (await opener.FindOpenedAsync(context.EffectId(), context.CancellationToken) is { } earlier)
        {
            return await AnswerAsync(earlier, bundle: null, context);
        }

        var check = new RequestCheck();
        var (titleId, season) = BundleChecks.Target(check, request);
        BundleChecks.Terms(check, request, time.GetUtcNow());
        var declared = checks.Declared(check, request.SizeBytes, request.Sha256, request.Method, request.Encryption, request.PartChecksums);
        checks.ZipSize(check, request.SizeBytes);
        check.ThrowIfInvalid();

        var bundleId = Guid.CreateVersion7(time.GetUtcNow());
        var key = BundleKeys.Of(request.Kind, titleId, season, bundleId);
        var fileName = key.Value[(key.Value.LastIndexOf('/') + 1)..];
        var draft = drafts.New(context.Subject(), UploadPurpose.Bundle, titleId, key, fileName, ContentTypes.Zip, declared) with
        {
            BundleId = bundleId,
            EffectId = context.EffectId(),
        };

        Bundle? bundle = null;
        await using var turn = await creators.TakeAsync(key, context.CancellationToken);
        var session = await opener.OpenAsync(draft, ErrorReason.BundleExists, ReserveAsync, context.CancellationToken);
        return await AnswerAsync(session, bundle, context);

        async Task ReserveAsync(CancellationToken cancellationToken) =>
            bundle = await reservation.ReserveAsync(draft, BundleChecks.ToReservation(request, bundleId), cancellationToken);
    }

    public override async Task<UploadBundleManifestResponse> UploadBundleManifest(UploadBundleManifestRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var bundleId = check.Id("bundle_id", request.BundleId);
        check.Require(request.Manifest.Length is > 0 and <= MaxManifestBytes, "manifest", "must have 1 byte to 10 MiB");
        check.ThrowIfInvalid();
        var bundle = await manifests.UploadAsync(bundleId, request.Manifest.Memory, context.CancellationToken);
        Failpoints.Reach(Failpoint.ManifestRecorded);
        return new UploadBundleManifestResponse { Bundle = bundle };
    }

    public override async Task<DeleteBundleResponse> DeleteBundle(DeleteBundleRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var bundleId = check.Id("bundle_id", request.BundleId);
        check.ThrowIfInvalid();
        return new DeleteBundleResponse { ObjectsDeleted = await remover.RemoveAsync(bundleId, request.Etag, context.CancellationToken) };
    }

    private async Task<CreateBundleResponse> AnswerAsync(UploadSession session, Bundle? bundle, ServerCallContext context) => new()
    {
        Bundle = bundle ?? await catalog.GetBundleAsync(session.BundleId!.Value, context.CancellationToken),
        Upload = session.ToMessage(),
        Put = urls.PutOrNull(session),
    };
}
