using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Proxy;

/// <summary>
/// Stores a small file that is here whole and checked. The session is opened when the object is in the bucket, so nobody can abort or
/// finalize it before; until then a failure, or a crash, leaves a session that nobody sees and that goes with its object.
/// </summary>
internal sealed class ProxyUploader(
    UploadStore store, UploadDrafts drafts, UploadOpener opener, UploadFinalizer finalizer, UploadCloser closer, CatalogGateway catalog, ProxyObjects objects)
{
    /// <summary>Stores and records a file.</summary>
    /// <param name="file">What it is.</param>
    /// <param name="received">Its bytes.</param>
    /// <param name="owner">The caller.</param>
    /// <param name="token">The idempotency key; null for none.</param>
    /// <param name="effectId">The effect of the call; null without a key.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The completed session, also when it is an earlier one of the same call, or of the same owner with the same file.</returns>
    /// <exception cref="RpcException">As the contract says.</exception>
    public async Task<UploadSession> StoreAsync(
        SmallFile file, ReceivedFile received, string owner, string? token, Guid? effectId, CancellationToken cancellationToken)
    {
        if (await opener.FindOpenedAsync(effectId, cancellationToken) is { } earlier)
        {
            return await FinishAsync(earlier, cancellationToken);
        }

        await catalog.RequireTitleAsync(file.TitleId, cancellationToken);
        var draft = await DraftAsync(file, received, owner, token, effectId, cancellationToken);
        return await FinishAsync(await OpenAsync(draft, received, cancellationToken), cancellationToken);
    }

    private async Task<UploadSession> OpenAsync(UploadSession draft, ReceivedFile received, CancellationToken cancellationToken)
    {
        try
        {
            return await opener.OpenAsync(
                draft, ErrorReason.UploadExists, _ => Task.CompletedTask, cancellationToken, prepare: end => objects.PutAsync(draft, received, end));
        }
        catch (RpcException e) when (CatalogGateway.Is(e, ErrorReason.UploadExists))
        {
            // A call that ended between the object and the catalogue; this one has what it takes to go on.
            if (await store.FindLiveAsync(draft.Key, cancellationToken) is { WasOpened: true } holder && IsSameFile(holder, draft))
            {
                return holder;
            }

            throw;
        }
    }

    private async Task<UploadSession> FinishAsync(UploadSession opened, CancellationToken cancellationToken)
    {
        try
        {
            return await finalizer.FinalizeAsync(opened, [], cancellationToken);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition or StatusCode.AlreadyExists or StatusCode.InvalidArgument)
        {
            // It would be refused the next time too. After any other failure the next call goes on from here, or the deadline passes.
            await closer.DiscardAsync(opened with { EffectId = null });
            throw;
        }
    }

    private async Task<UploadSession> DraftAsync(
        SmallFile file, ReceivedFile received, string owner, string? token, Guid? effectId, CancellationToken cancellationToken)
    {
        var sha256 = received.Sha256.Hex;
        var key = UploadDrafts.KeyOf(file.Purpose, file.TitleId, file.EpisodeId, file.FileName, file.ContentType, owner, token ?? sha256);
        var declared = new Declaration(received.Size, sha256, UploadMethod.Proxy, file.Encryption);
        return drafts.New(owner, file.Purpose, file.TitleId, key, file.FileName, file.ContentType, declared) with
        {
            EpisodeId = file.EpisodeId,
            SeasonId = file.EpisodeId is { } episode ? await catalog.SeasonOfAsync(file.TitleId, episode, cancellationToken) : null,
            AssetKind = file.AssetKind,
            Language = file.Language,
            EffectId = effectId,
        };
    }

    private static bool IsSameFile(UploadSession holder, UploadSession draft) =>
        holder.State is SessionState.Pending or SessionState.Recording && Identity(holder).Equals(Identity(draft));

    /// <summary>What two sessions of one file have in common.</summary>
    private static object Identity(UploadSession session) => new
    {
        session.Method,
        session.Owner,
        session.Key,
        session.Size,
        session.Sha256,
        session.ContentType,
        session.AssetKind,
        session.Language,
        session.Encryption,
        session.EffectId,
    };
}
