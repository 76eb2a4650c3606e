using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Upload.V1;
using Enum = System.Enum;

namespace MoviesNow.Upload.Sweeping;

/// <summary>Housekeeping of the bucket, for those who do not want to wait for it.</summary>
internal sealed class SweepGrpcService(Sweeper sweeper, OrphanStore orphans, IOptions<SweepOptions> options, TimeProvider time) : SweepService.SweepServiceBase
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    // For the answer to be back in time.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(3);

    public override async Task<RunSweepResponse> RunSweep(RunSweepRequest request, ServerCallContext context)
    {
        var left = context.Deadline - time.GetUtcNow().UtcDateTime - Margin;
        var limit = left < options.Value.MaxDuration ? left : options.Value.MaxDuration;
        var order = new SweepOrder(request.DryRun, limit > TimeSpan.FromSeconds(1) ? limit : TimeSpan.FromSeconds(1));
        try
        {
            var run = await sweeper.RunAsync(order, context.CancellationToken) ?? throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
            return ToMessage(run);
        }
        catch (SweepLostException)
        {
            throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
        }
    }

    public override async Task<ListOrphansResponse> ListOrphans(ListOrphansRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = PageToken.Size(check, request.PageSize);
        check.KnownOrUnspecified("kind", request.Kind);
        check.ThrowIfInvalid();
        (string, OrphanKind)? after = null;
        if (PageToken.Read(request, request.PageToken, cursorLength: 2) is [var key, var kind])
        {
            after = Enum.TryParse<OrphanKind>(kind, out var last) ? (key, last) : throw RpcErrors.Of(ErrorReason.InvalidPageToken);
        }

        var rows = await orphans.ListAsync(request.Kind, after, size + 1, context.CancellationToken);
        var response = new ListOrphansResponse { Orphans = { rows.Take(size).Select(ToMessage) } };
        response.NextPageToken = rows.Count > size ? PageToken.Next(request, rows[size - 1].Key, rows[size - 1].Kind.ToString()) : "";
        return response;
    }

    private static RunSweepResponse ToMessage(SweepRun run) => new()
    {
        AbortedMultipartUploads = run.CountOf(SweepEffect.AbortedMultipart),
        ExpiredUploads = run.CountOf(SweepEffect.ExpiredUpload),
        PurgedBundles = run.CountOf(SweepEffect.PurgedBundle),
        DeletedObjects = run.CountOf(SweepEffect.DeletedObject),
        CompletedUploads = run.CountOf(SweepEffect.CompletedUpload),
        ClearedUploads = run.CountOf(SweepEffect.ClearedUpload),
        LostObjects = run.CountOf(SweepEffect.LostObject),
        DeletedOrphans = run.CountOf(SweepEffect.DeletedOrphan),
        OrphanObjects = run.CountOf(SweepEffect.OrphanObject),
        OrphanRows = run.CountOf(SweepEffect.OrphanRow),
        ReclaimedBytes = run.ReclaimedBytes,
        Failures = run.Failures,
        Complete = run.IsComplete,
    };

    private static OrphanObject ToMessage(Orphan orphan) => new()
    {
        StorageKey = orphan.Key,
        SizeBytes = orphan.Size,
        ModifyTime = orphan.ModifiedAt is { } modified ? Timestamp.FromDateTimeOffset(modified) : null,
        Kind = orphan.Kind,
        UploadId = orphan.UploadId?.ToString() ?? "",
        FindTime = Timestamp.FromDateTimeOffset(orphan.FoundAt),
    };
}
