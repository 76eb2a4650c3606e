using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Upload.Uploads;

/// <summary>Finds the session that a request names in its field <c>upload_id</c>.</summary>
internal static class SessionLookup
{
    /// <exception cref="RpcException">INVALID_ARGUMENT for a malformed id, NOT_FOUND <c>UPLOAD_NOT_FOUND</c>.</exception>
    public static async Task<UploadSession> RequireAsync(this UploadStore store, string uploadId, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("upload_id", uploadId);
        check.ThrowIfInvalid();
        return await store.FindAsync(id, context.CancellationToken) ?? throw RpcErrors.Of(ErrorReason.UploadNotFound);
    }
}
