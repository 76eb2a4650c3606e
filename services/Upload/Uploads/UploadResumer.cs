using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Upload.Multipart;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Uploads;

/// <summary>Says what of an upload is missing, by asking storage: neither side's memory of it is trusted.</summary>
internal sealed class UploadResumer(IObjectStore objects, UploadUrls urls, TimeProvider time)
{
    /// <summary>What is missing, with fresh requests for it.</summary>
    /// <exception cref="RpcException">FAILED_PRECONDITION <c>INVALID_STATE</c> or <c>UPLOAD_EXPIRED</c>.</exception>
    public async Task<ResumeUploadResponse> ResumeAsync(UploadSession session, int maxParts, CancellationToken cancellationToken)
    {
        var response = new ResumeUploadResponse { Upload = session.ToMessage() };
        if (session.State is SessionState.Recording)
        {
            response.BytesComplete = true;
            return response;
        }

        SessionRules.RequirePending(session, time.GetUtcNow());
        if (session.IsMultipart && await objects.ListPartsAsync(session.Key, session.StorageUploadId!, cancellationToken) is { } stored)
        {
            var missing = PartSet.Missing(session.Parts!, stored).ToList();
            response.BytesComplete = missing.Count == 0;
            response.MissingPartCount = missing.Count;
            response.MissingParts.AddRange(missing.Take(maxParts).Select(number => urls.Part(session, number)));
            return response;
        }

        response.BytesComplete = await objects.HeadAsync(session.Key, cancellationToken) is not null;
        if (!response.BytesComplete)
        {
            // Without its multipart upload, which only storage itself can have dropped, there is nothing to go on with.
            response.Put = session.IsMultipart ? throw RpcErrors.Of(ErrorReason.UploadExpired) : urls.Put(session);
        }

        return response;
    }
}
