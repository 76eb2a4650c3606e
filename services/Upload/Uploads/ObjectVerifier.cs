using System.Globalization;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Uploads;

/// <summary>
/// Checks that the object at a session's key is the session's own and what was declared: size, headers, SHA-256, and for bundles a readable
/// ZIP. An object that fails is removed, and the session begins again from nothing; only a ZIP that breaks a rule stays, for the same
/// bytes would break it again.
/// </summary>
internal sealed class ObjectVerifier(
    UploadStore store,
    IObjectStore objects,
    ObjectOwnership ownership,
    UploadRestarter restarter,
    UploadHeaders headers,
    ObjectDigests digests,
    ZipInspector zips,
    UploadTelemetry telemetry)
{
    private const int MaxDetail = 512;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Checks the object.</summary>
    /// <returns>Its entity tag.</returns>
    /// <exception cref="RpcException">
    /// FAILED_PRECONDITION <c>OBJECT_MISSING</c>, <c>SIZE_MISMATCH</c>, <c>HEADERS_MISMATCH</c>, <c>CHECKSUM_MISMATCH</c> or
    /// <c>ZIP_UNREADABLE</c>; ALREADY_EXISTS <c>OBJECT_EXISTS</c>; ABORTED <c>CONFLICT_RETRY</c> when the object changed meanwhile.
    /// </exception>
    public async Task<string> VerifyAsync(UploadSession session, CancellationToken cancellationToken)
    {
        var found = await FindOwnAsync(session, cancellationToken);
        if (found.Size != session.Size)
        {
            throw await RefusedAsync(
                session,
                found,
                ErrorReason.SizeMismatch,
                string.Create(CultureInfo.InvariantCulture, $"{found.Size:N0} bytes are stored, {session.Size:N0} were declared"),
                [("stored_bytes", Plain(found.Size)), ("declared_bytes", Plain(session.Size))],
                cancellationToken);
        }

        if (SignedHeadersCheck.Difference(found, headers.Of(session)) is { } difference)
        {
            throw await RefusedAsync(
                session, found, ErrorReason.HeadersMismatch, difference.Detail, [("header", difference.Header)], cancellationToken);
        }

        // Storage has checked a single PUT's digest itself; of a multipart upload it only knows those of the parts.
        var digest = session.IsMultipart ? null : found.Sha256;
        digest ??= await digests.OfAsync(found, cancellationToken) ?? throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
        if (digest != session.Sha256)
        {
            throw await RefusedAsync(
                session,
                found,
                ErrorReason.ChecksumMismatch,
                $"{digest.Hex} is stored, {session.Sha256.Hex} was declared",
                [("stored_sha256", digest.Hex), ("declared_sha256", session.Sha256.Hex)],
                cancellationToken);
        }

        if (session.Purpose is V1.UploadPurpose.Bundle)
        {
            await RequireZipAsync(session, found, cancellationToken);
        }

        return found.ETag;
    }

    private async Task<StoredObject> FindOwnAsync(UploadSession session, CancellationToken cancellationToken)
    {
        if (await objects.HeadAsync(session.Key, cancellationToken) is not { } found)
        {
            throw RpcErrors.Of(ErrorReason.ObjectMissing);
        }

        switch (await ownership.OriginOfAsync(session, found, cancellationToken))
        {
            case ObjectOrigin.Own:
                return found;
            case ObjectOrigin.Foreign:
                throw RpcErrors.Of(ErrorReason.ObjectExists);
            default:
                await ownership.ClearAsync(session, cancellationToken);
                throw RpcErrors.Of(
                    ErrorReason.ObjectMissing,
                    retryAfter: null,
                    (RpcErrors.Detail, "a late write of an earlier upload was in its place and has been removed; send the bytes again"));
        }
    }

    private async Task RequireZipAsync(UploadSession session, StoredObject found, CancellationToken cancellationToken)
    {
        var verdict = await zips.InspectAsync(found, cancellationToken) ?? throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
        if (verdict.Problem is { } problem)
        {
            var told = ZipRefusal.Tell(problem);
            var detail = told.First(pair => string.Equals(pair.Name, RpcErrors.Detail, StringComparison.Ordinal)).Value;
            telemetry.Rejected(session, ErrorReason.ZipUnreadable);
            await store.NoteProblemAsync(session.Id, ErrorReason.ZipUnreadable, detail, cancellationToken);
            throw RpcErrors.Of(ErrorReason.ZipUnreadable, retryAfter: null, told);
        }
    }

    private async Task<RpcException> RefusedAsync(
        UploadSession session,
        StoredObject found,
        ErrorReason reason,
        string detail,
        (string Name, string Value)[] metadata,
        CancellationToken cancellationToken)
    {
        telemetry.Rejected(session, reason);
        await restarter.RefuseAsync(session, found, reason, PrintableText.Of(detail, MaxDetail), cancellationToken);
        return RpcErrors.Of(reason, retryAfter: null, [.. metadata, (RpcErrors.Detail, detail)]);
    }

    private static string Plain(long number) => number.ToString(CultureInfo.InvariantCulture);
}
