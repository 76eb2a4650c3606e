using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Audit;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Viewers;

/// <summary>What is known of one viewer, for them and for those who answer their requests.</summary>
internal sealed class ViewerGrpcService(ViewerStore store, ViewerExport export, Pseudonyms pseudonyms, TimeProvider time) : ViewerService.ViewerServiceBase
{
    private const int DefaultPage = 20;
    private const int MaxPage = 100;
    private const int MaxViewerLength = 256;

    public override async Task<ListContinueWatchingResponse> ListContinueWatching(ListContinueWatchingRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = PageToken.Size(check, request.PageSize, DefaultPage, MaxPage);
        check.ThrowIfInvalid();

        // One more than asked for tells whether there is a next page.
        var found = await store.ListStoppedAsync(context.Subject(), ReadCursor(request), size + 1, context.CancellationToken);
        var page = found.Take(size).ToList();
        return new ListContinueWatchingResponse
        {
            Positions = { page.Select(ToMessage) },
            NextPageToken = found.Count > page.Count ? NextToken(request, page[^1]) : "",
        };
    }

    public override async Task ExportViewerData(
        ExportViewerDataRequest request, IServerStreamWriter<ExportViewerDataResponse> responseStream, ServerCallContext context)
    {
        var viewer = Viewer(request.Viewer);
        context.NameInAuditTrail(pseudonyms.OfViewer(viewer));
        await export.WriteAsync(viewer, responseStream, context.CancellationToken);
    }

    public override async Task<EraseViewerDataResponse> EraseViewerData(EraseViewerDataRequest request, ServerCallContext context)
    {
        var viewer = Viewer(request.Viewer);
        var response = new EraseViewerDataResponse { ViewerHash = pseudonyms.OfViewer(viewer) };
        // The trail names whom a call was about when it fails half-way too.
        context.NameInAuditTrail(response.ViewerHash);
        var called = time.GetUtcNow();
        while (await store.EraseSomeAsync(viewer, called, context.CancellationToken) is { Sessions: > 0 } erased)
        {
            response.SessionCount += erased.Sessions;
            response.EventCount += erased.Events;
        }

        return response;
    }

    private static string Viewer(string viewer)
    {
        var check = new RequestCheck();
        check.Opaque("viewer", viewer, MaxViewerLength, required: true);
        check.ThrowIfInvalid();
        return viewer;
    }

    private static string NextToken(ListContinueWatchingRequest request, StoppedAt last) =>
        PageToken.Next(request, last.WatchTime.UtcTicks.ToString(CultureInfo.InvariantCulture), last.SessionId.ToString());

    private static (DateTimeOffset Time, Guid SessionId)? ReadCursor(ListContinueWatchingRequest request)
    {
        if (PageToken.Read(request, request.PageToken, cursorLength: 2) is not [var ticks, var id])
        {
            return null;
        }

        return long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTimeOffset.MaxValue.UtcTicks
            && Guid.TryParseExact(id, "D", out var sessionId)
                ? (new DateTimeOffset(at, TimeSpan.Zero), sessionId)
                : throw RpcErrors.Of(ErrorReason.InvalidPageToken);
    }

    private static WatchPosition ToMessage(StoppedAt stopped) => new()
    {
        TitleId = stopped.TitleId.ToString(),
        EpisodeId = stopped.EpisodeId?.ToString() ?? "",
        PositionMs = stopped.PositionMs,
        WatchTime = stopped.WatchTime.ToTimestamp(),
        IsCompleted = stopped.IsCompleted,
    };
}
