using System.Globalization;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Uploads;

/// <summary>
/// Checks that the object at a session's key is what was declared: size, SHA-256, and for bundles a readable ZIP. An object that
/// fails stays where it is, can never be recorded, and goes when the session is aborted: only that decision is free of races with
/// another upload of the same key.
/// </summary>
internal sealed class ObjectVerifier(IObjectStore objects, ObjectDigests digests, ZipInspector zips, UploadTelemetry telemetry)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Checks the object.</summary>
    /// <returns>Its entity tag.</returns>
    /// <exception cref="RpcException">
    /// FAILED_PRECONDITION <c>OBJECT_MISSING</c>, <c>SIZE_MISMATCH</c>, <c>CHECKSUM_MISMATCH</c> or <c>ZIP_UNREADABLE</c>; ABORTED
    /// <c>CONFLICT_RETRY</c> when the object changed meanwhile.
    /// </exception>
    public async Task<string> VerifyAsync(UploadSession session, CancellationToken cancellationToken)
    {
        var found = await objects.HeadAsync(session.Key, cancellationToken) ?? throw RpcErrors.Of(ErrorReason.ObjectMissing);
        if (found.Size != session.Size)
        {
            throw Rejected(
                session,
                ErrorReason.SizeMismatch,
                ("stored_bytes", Plain(found.Size)),
                ("declared_bytes", Plain(session.Size)),
                (RpcErrors.Detail, string.Create(CultureInfo.InvariantCulture, $"{found.Size:N0} bytes are stored, {session.Size:N0} were declared")));
        }

        // Storage has checked a single PUT's digest itself; of a multipart upload it only knows those of the parts.
        var digest = session.IsMultipart ? null : found.Sha256;
        digest ??= await digests.OfAsync(found, cancellationToken) ?? throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
        if (digest != session.Sha256)
        {
            throw Rejected(
                session,
                ErrorReason.ChecksumMismatch,
                ("stored_sha256", digest.Hex),
                ("declared_sha256", session.Sha256.Hex),
                (RpcErrors.Detail, $"{digest.Hex} is stored, {session.Sha256.Hex} was declared"));
        }

        if (session.Purpose is V1.UploadPurpose.Bundle)
        {
            var verdict = await zips.InspectAsync(found, cancellationToken) ?? throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
            if (verdict.Problem is { } problem)
            {
                throw Rejected(session, ErrorReason.ZipUnreadable, ZipRefusal.Tell(problem));
            }
        }

        return found.ETag;
    }

    private static string Plain(long number) => number.ToString(CultureInfo.InvariantCulture);

    private RpcException Rejected(UploadSession session, ErrorReason reason, params ReadOnlySpan<(string Name, string Value)> metadata)
    {
        telemetry.Rejected(session, reason);
        return RpcErrors.Of(reason, retryAfter: null, metadata);
    }
}
