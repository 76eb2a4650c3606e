using System.Collections.Concurrent;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Multipart;

/// <summary>
/// Makes sure that storage still takes the parts of a session, before URLs for them are signed. Calls that wait at the same time share one
/// question, and none gets an answer to a question that was asked before it came.
/// </summary>
internal sealed class StorageUploads(IObjectStore objects, UploadRestarter restarter)
{
    private readonly ConcurrentDictionary<string, Line> _lines = new(StringComparer.Ordinal);

    /// <summary>The pending session with a multipart upload that storage knows: a fresh one, if it has dropped the old.</summary>
    /// <exception cref="RpcException">FAILED_PRECONDITION <c>INVALID_STATE</c> when the parts are joined, or as <see cref="SessionRules"/> says.</exception>
    public async Task<UploadSession> RequireAsync(UploadSession session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        SessionRules.RequirePending(session, now);
        if (await IsPendingAsync(session).WaitAsync(cancellationToken))
        {
            return session;
        }

        var found = await restarter.RecoverAsync(session, cancellationToken);
        SessionRules.RequirePending(found.Session, now);
        return found.IsJoined
            ? throw RpcErrors.Of(ErrorReason.InvalidState, retryAfter: null, ("state", "PENDING"), (RpcErrors.Detail, "its parts are joined; complete it"))
            : found.Session;
    }

    private Task<bool> IsPendingAsync(UploadSession session)
    {
        var id = session.StorageUploadId!;
        while (true)
        {
            var line = _lines.GetOrAdd(id, static _ => new Line());
            lock (line)
            {
                if (!line.IsOver)
                {
                    return line.Next ??= AskAsync(line, line.Running, session.Key, id);
                }
            }
        }
    }

    private async Task<bool> AskAsync(Line line, Task? before, StorageKey key, string id)
    {
        // Off the caller's thread at once: it holds the lock.
        await Task.Yield();
        if (before is not null)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (line)
        {
            (line.Running, line.Next) = (line.Next, null);
        }

        try
        {
            return await objects.IsMultipartPendingAsync(key, id, CancellationToken.None);
        }
        finally
        {
            lock (line)
            {
                if (line.Next is null)
                {
                    line.IsOver = true;
                    _lines.TryRemove(new(id, line));
                }
            }
        }
    }

    /// <summary>The question that is being asked of an upload, and the one that is asked after it.</summary>
    private sealed class Line
    {
        public Task<bool>? Running { get; set; }

        public Task<bool>? Next { get; set; }

        public bool IsOver { get; set; }
    }
}
