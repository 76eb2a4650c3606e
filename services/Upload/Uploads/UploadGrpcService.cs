using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Uploads;

/// <summary>Uploads of single files straight into the bucket, and what all uploads have in common.</summary>
internal sealed class UploadGrpcService(
    UploadStore store,
    UploadChecks checks,
    UploadDrafts drafts,
    UploadOpener opener,
    UploadResumer resumer,
    UploadFinalizer finalizer,
    UploadCloser closer,
    CatalogGateway catalog,
    UploadUrls urls,
    CheckProgress progress) : UploadService.UploadServiceBase
{
    private const int DefaultMissingParts = 100;
    private const int MaxMissingParts = 1_000;

    public override async Task<CreateUploadResponse> CreateUpload(CreateUploadRequest request, ServerCallContext context)
    {
        if (await opener.FindOpenedAsync(context.EffectId(), context.CancellationToken) is { } earlier)
        {
            return Answer(earlier);
        }

        var check = new RequestCheck();
        var target = request.Target ?? new UploadTarget();
        var (titleId, episodeId, kind) = UploadChecks.Target(check, target);
        var fileName = UploadChecks.FileName(check, "file_name", request.FileName);
        var contentType = UploadChecks.ContentType(check, target.Purpose, request.ContentType);
        var declared = checks.Declared(check, request.SizeBytes, request.Sha256, request.Method, request.Encryption, request.PartChecksums);
        check.ThrowIfInvalid();

        await catalog.RequireTitleAsync(titleId, context.CancellationToken);
        var token = context.RequestHeaders.GetValue(IdempotencyKey.Header) is { Length: > 0 } given ? given : declared.Sha256;
        var key = UploadDrafts.KeyOf(target.Purpose, titleId, episodeId, fileName, contentType, context.Subject(), token);
        var draft = drafts.New(context.Subject(), target.Purpose, titleId, key, fileName, contentType, declared) with
        {
            EpisodeId = episodeId,
            SeasonId = episodeId is { } episode ? await catalog.SeasonOfAsync(titleId, episode, context.CancellationToken) : null,
            AssetKind = kind,
            Language = target.Language,
            EffectId = context.EffectId(),
        };
        return Answer(await opener.OpenAsync(draft, ErrorReason.UploadExists, _ => Task.CompletedTask, context.CancellationToken));
    }

    public override async Task<GetUploadResponse> GetUpload(GetUploadRequest request, ServerCallContext context)
    {
        var session = await store.RequireAsync(request.UploadId, context);
        var upload = session.ToMessage();
        upload.CheckedBytes = await progress.FindAsync(session.Key);
        return new GetUploadResponse { Upload = upload };
    }

    public override async Task<ListUploadsResponse> ListUploads(ListUploadsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = PageToken.Size(check, request.PageSize);
        check.KnownOrUnspecified("state", request.State);
        var titleId = check.OptionalId("title_id", request.TitleId);
        check.ThrowIfInvalid();
        Guid? before = null;
        if (PageToken.Read(request, request.PageToken, cursorLength: 1) is [var cursor])
        {
            before = Guid.TryParse(cursor, out var id) ? id : throw RpcErrors.Of(ErrorReason.InvalidPageToken);
        }

        var rows = await store.ListAsync(SessionRules.Behind(request.State), titleId, before, size + 1, context.CancellationToken);
        var response = new ListUploadsResponse { Uploads = { rows.Take(size).Select(session => session.ToMessage()) } };
        response.NextPageToken = rows.Count > size ? PageToken.Next(request, rows[size - 1].Id.ToString()) : "";
        return response;
    }

    public override async Task<ResumeUploadResponse> ResumeUpload(ResumeUploadRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Id("upload_id", request.UploadId);
        check.Require(request.MaxParts >= 0, "max_parts", "must not be negative");
        check.ThrowIfInvalid();
        var maxParts = request.MaxParts == 0 ? DefaultMissingParts : Math.Min(request.MaxParts, MaxMissingParts);
        var session = await store.RequireAsync(request.UploadId, context);
        return await resumer.ResumeAsync(session, maxParts, context.CancellationToken);
    }

    public override async Task<FinalizeUploadResponse> FinalizeUpload(FinalizeUploadRequest request, ServerCallContext context)
    {
        var session = await store.RequireAsync(request.UploadId, context);
        var completed = await finalizer.FinalizeAsync(session, [], context.CancellationToken);
        return new FinalizeUploadResponse { Upload = completed.ToMessage(), AssetId = completed.AssetId?.ToString() ?? "" };
    }

    public override async Task<AbortUploadResponse> AbortUpload(AbortUploadRequest request, ServerCallContext context)
    {
        var session = await store.RequireAsync(request.UploadId, context);
        if (session.State is SessionState.Pending)
        {
            session = await store.BeginClosingAsync(session.Id, [SessionState.Pending], CloseOutcome.Aborted, context.CancellationToken)
                ?? await store.RequireAsync(request.UploadId, context);
        }

        if (session.State is SessionState.Closing)
        {
            Failpoints.Reach(Failpoint.AbortDecided);
            session = await closer.CloseAsync(session, context.CancellationToken) ?? session;
            Failpoints.Reach(Failpoint.AbortClosed);
        }

        return session.State is SessionState.Aborted or SessionState.Expired
            ? new AbortUploadResponse { Upload = session.ToMessage() }
            : throw SessionRules.InvalidState(session);
    }

    private CreateUploadResponse Answer(UploadSession session) => new() { Upload = session.ToMessage(), Put = urls.PutOrNull(session) };
}
