using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Upload.Multipart;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Uploads;

/// <summary>
/// Checks an upload's object and records it: parts are joined, pending → recording once the bytes are checked, then the catalogue, then
/// completed. Each step may be repeated, by this or another replica, so a crash between any two is repaired by repeating the call.
/// </summary>
internal sealed class UploadFinalizer(
    UploadStore store, MultipartCompleter completer, ObjectVerifier verifier, CatalogGateway catalog, UploadTelemetry telemetry, TimeProvider time)
{
    private const int Attempts = 5;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Brings a session to completed.</summary>
    /// <param name="session">The session, in any state.</param>
    /// <param name="parts">The parts of a multipart upload as the caller names them; empty to trust storage's listing.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="RpcException">The state does not allow it, the object is not what was declared, or the catalogue refuses.</exception>
    public async Task<UploadSession> FinalizeAsync(
        UploadSession session, IReadOnlyCollection<UploadedPart> parts, CancellationToken cancellationToken)
    {
        // More than one round only when another call changes the session in between.
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var next = session.State switch
            {
                SessionState.Completed => session,
                SessionState.Recording => await RecordAsync(session, cancellationToken),
                _ => await CheckAsync(session, parts, cancellationToken),
            };
            if (next is { State: SessionState.Completed })
            {
                return next;
            }

            session = next ?? await store.FindAsync(session.Id, cancellationToken) ?? throw RpcErrors.Of(ErrorReason.UploadNotFound);
        }

        throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
    }

    private async Task<UploadSession?> CheckAsync(
        UploadSession session, IReadOnlyCollection<UploadedPart> parts, CancellationToken cancellationToken)
    {
        SessionRules.RequirePending(session, time.GetUtcNow());
        if (session.IsMultipart)
        {
            session = await completer.CompleteAsync(session, parts, cancellationToken);
            if (session.State is not SessionState.Pending)
            {
                return session;
            }
        }

        var etag = await verifier.VerifyAsync(session, cancellationToken);
        Failpoints.Reach(Failpoint.FinalizeVerified);
        return await store.BeginRecordingAsync(session.Id, etag, cancellationToken);
    }

    private async Task<UploadSession?> RecordAsync(UploadSession session, CancellationToken cancellationToken)
    {
        try
        {
            Failpoints.Reach(Failpoint.FinalizeRecording);
            var assetId = await catalog.RecordAsync(session, cancellationToken);
            Failpoints.Reach(Failpoint.FinalizeRecorded);
            var completed = await store.CompleteAsync(session.Id, assetId, cancellationToken);
            Failpoints.Reach(Failpoint.FinalizeCompleted);
            if (completed is not null)
            {
                telemetry.Completed(completed);
            }

            return completed;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition or StatusCode.AlreadyExists or StatusCode.InvalidArgument)
        {
            // It will refuse the next time too: pending again, so that the upload can be aborted.
            await store.GiveUpRecordingAsync(session.Id, cancellationToken);
            throw;
        }
    }
}
