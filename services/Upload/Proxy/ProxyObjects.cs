using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Proxy;

/// <summary>Puts the objects of small files into the bucket.</summary>
internal sealed class ProxyObjects(IObjectStore objects, UploadHeaders headers, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    // Ends the sending well before another call may take the session for abandoned and clear its object away.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    /// <summary>Puts the object of an opening session, over none that is there.</summary>
    /// <exception cref="RpcException">ALREADY_EXISTS <c>OBJECT_EXISTS</c>; UNAVAILABLE when the bytes changed on the way.</exception>
    /// <exception cref="StorageException">Storage did not answer, and has no such object.</exception>
    public async Task PutAsync(UploadSession session, ReceivedFile file, CancellationToken cancellationToken)
    {
        using var lease = new CancellationTokenSource(session.LeaseUntil - Margin - time.GetUtcNow(), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Token);
        var status = await SendAsync(session, file, either.Token);
        if (status is PutStatus.Stored)
        {
            return;
        }

        throw status is PutStatus.AlreadyExists
            ? RpcErrors.Of(ErrorReason.ObjectExists)
            : RpcErrors.Of(ErrorReason.DependencyUnavailable, RetryDelay);
    }

    private async Task<PutStatus> SendAsync(UploadSession session, ReceivedFile file, CancellationToken cancellationToken)
    {
        try
        {
            return (await objects.PutAsync(session.Key, file.Content, file.Size, session.Sha256, headers.Of(session), cancellationToken)).Status;
        }
        catch (StorageUnavailableException)
        {
            // The answer may be what was lost.
            if (await objects.HeadAsync(session.Key, cancellationToken) is { } found && UploadMark.Read(found) == session.Id)
            {
                return PutStatus.Stored;
            }

            throw;
        }
    }
}
