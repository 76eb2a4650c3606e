using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Upload.Multipart;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Uploads;

/// <summary>Says what of an upload is missing, by asking storage: neither side's memory of it is trusted.</summary>
internal sealed class UploadResumer(
    IObjectStore objects, ObjectOwnership ownership, UploadRestarter restarter, UploadUrls urls, TimeProvider time)
{
    /// <summary>What is missing, with fresh requests for it.</summary>
    /// <exception cref="RpcException">
    /// FAILED_PRECONDITION <c>INVALID_STATE</c> or <c>UPLOAD_EXPIRED</c>, ALREADY_EXISTS <c>OBJECT_EXISTS</c>.
    /// </exception>
    public async Task<ResumeUploadResponse> ResumeAsync(UploadSession session, int maxParts, CancellationToken cancellationToken)
    {
        if (session.State is SessionState.Recording)
        {
            return Complete(session);
        }

        SessionRules.RequirePending(session, time.GetUtcNow());
        return session.IsMultipart
            ? await ResumePartsAsync(session, maxParts, cancellationToken)
            : await ResumePutAsync(session, cancellationToken);
    }

    private async Task<ResumeUploadResponse> ResumePartsAsync(UploadSession session, int maxParts, CancellationToken cancellationToken)
    {
        var stored = await objects.ListPartsAsync(session.Key, session.StorageUploadId!, cancellationToken);
        if (stored is null)
        {
            var found = await restarter.RecoverAsync(session, cancellationToken);
            session = found.Session;
            if (found.IsJoined || session.State is SessionState.Recording)
            {
                return Complete(session);
            }

            SessionRules.RequirePending(session, time.GetUtcNow());

            // Another call may have begun it again, and parts may have come since.
            stored = await objects.ListPartsAsync(session.Key, session.StorageUploadId!, cancellationToken) ?? [];
        }

        var missing = PartSet.Missing(session.Parts!, stored).ToList();
        if (missing.Count == 0)
        {
            return Complete(session);
        }

        var response = Incomplete(session, isUntouched: stored.Count == 0);
        response.MissingPartCount = missing.Count;
        response.MissingParts.AddRange(missing.Take(maxParts).Select(number => urls.MissingPart(session, number)));
        return response;
    }

    private async Task<ResumeUploadResponse> ResumePutAsync(UploadSession session, CancellationToken cancellationToken)
    {
        switch (await ownership.ClearAsync(session, cancellationToken))
        {
            case { Origin: ObjectOrigin.Own }:
                return Complete(session);
            case not null:
                throw RpcErrors.Of(ErrorReason.ObjectExists);
            default:
                var response = Incomplete(session, isUntouched: true);
                response.Put = urls.Put(session);
                return response;
        }
    }

    private static ResumeUploadResponse Complete(UploadSession session) => new()
    {
        Upload = session.ToMessage(),
        BytesComplete = true,

        // Bytes with the declared digest that break a rule for ZIPs will break it again.
        NextStep = session.Problem?.Is(ErrorReason.ZipUnreadable) is true ? ResumeStep.Abort : ResumeStep.Finalize,
    };

    private static ResumeUploadResponse Incomplete(UploadSession session, bool isUntouched) => new()
    {
        Upload = session.ToMessage(),
        NextStep = session.Problem is not null && isUntouched ? ResumeStep.SendAgain : ResumeStep.Send,
    };
}
