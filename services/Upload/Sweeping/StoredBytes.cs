using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Sweeping;

/// <summary>How much of an upload is in the bucket.</summary>
internal sealed class StoredBytes(IObjectStore objects)
{
    /// <summary>Bytes of the session's parts or object; 0 when there is nothing of it.</summary>
    public async Task<long> OfAsync(UploadSession session, CancellationToken cancellationToken)
    {
        if (session.StorageUploadId is { } uploadId && await objects.ListPartsAsync(session.Key, uploadId, cancellationToken) is { } parts)
        {
            return parts.Sum(part => part.Size);
        }

        return await ObjectOfAsync(session, cancellationToken) ?? 0;
    }

    /// <summary>Bytes of the object at the session's key; null when there is none, or another one.</summary>
    public async Task<long?> ObjectOfAsync(UploadSession session, CancellationToken cancellationToken)
    {
        if (await objects.HeadAsync(session.Key, cancellationToken) is not { } found)
        {
            return null;
        }

        // Objects from before there were marks are told by their ETag.
        var isOwn = UploadMark.Read(found) is { } writer ? writer == session.Id : string.Equals(found.ETag, session.StorageETag, StringComparison.Ordinal);
        return isOwn ? found.Size : null;
    }
}
