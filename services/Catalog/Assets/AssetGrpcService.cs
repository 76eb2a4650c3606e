using System.Globalization;
using Grpc.Core;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;

namespace MoviesNow.Catalog.Assets;

/// <summary>The source artifacts of titles, seasons and episodes. Changing and deleting them is answered with UNIMPLEMENTED for now.</summary>
internal sealed class AssetGrpcService(AssetStore assets, TimeProvider time) : AssetService.AssetServiceBase
{
    private const int MaxDimension = 16_384;
    private const long MaxDurationMs = 86_400_000;
    private const double MaxFrameRate = 300;
    private const int MaxCodecsLength = 200;

    public override async Task<RecordAssetResponse> RecordAsset(RecordAssetRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var owner = AssetOwner.Read(check, request.Scope);
        check.Known("kind", request.Kind);
        if (check.Require(StorageKey.TryParse(request.StorageKey, out var key, out var violation), "storage_key", violation ?? "is malformed"))
        {
            check.Require(owner.TitleId == default || owner.Owns(key!), "storage_key", "must be of a layout that fits the scope");
        }

        request.Language = check.Language("language", request.Language);
        check.Require(MediaType.IsWellFormed(request.MimeType), "mime_type", "must be a media type such as video/mp4");
        check.Require(request.SizeBytes >= 0, "size_bytes", "must not be negative");
        check.Sha256("sha256", request.Sha256, required: false);
        CheckProperties(check, request.Properties);
        check.ThrowIfInvalid();

        var now = time.GetUtcNow();
        var outcome = await assets.RecordAsync(Guid.CreateVersion7(now), context.EffectId(), owner, key!, request, now, context.CancellationToken);
        return new() { Asset = outcome.OrThrow() };
    }

    public override async Task<GetAssetResponse> GetAsset(GetAssetRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("asset_id", request.AssetId);
        check.ThrowIfInvalid();

        var asset = await assets.FindAsync(id, context.CancellationToken);
        return new() { Asset = asset ?? throw RpcErrors.Of(ErrorReason.AssetNotFound) };
    }

    public override async Task<ListAssetsResponse> ListAssets(ListAssetsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var owner = AssetOwner.Read(check, request.Scope);
        check.KnownOrUnspecified("kind", request.Kind);
        var size = PageToken.Size(check, request.PageSize);
        check.ThrowIfInvalid();
        var after = Page.Cursor<(string, int, Guid)>(request, request.PageToken, 3, ParseCursor);

        var rows = await assets.ListAsync(owner, request.Kind, after, size + 1, context.CancellationToken);
        var next = Page.Cut(rows, size, request, asset => [asset.Kind.ToString(), asset.SortOrder.ToString(CultureInfo.InvariantCulture), asset.Id]);
        return new() { Assets = { rows }, NextPageToken = next };
    }

    private static void CheckProperties(RequestCheck check, MediaProperties? properties)
    {
        if (properties is null)
        {
            return;
        }

        check.Range("properties.width", properties.Width, 0, MaxDimension);
        check.Range("properties.height", properties.Height, 0, MaxDimension);
        check.Range("properties.duration_ms", properties.DurationMs, 0, MaxDurationMs);
        check.Require(properties.FrameRate is >= 0 and <= MaxFrameRate, "properties.frame_rate", "must be 0 to 300");
        check.Opaque("properties.codecs", properties.Codecs, MaxCodecsLength);
    }

    private static (string, int, Guid)? ParseCursor(string[] cursor) =>
        int.TryParse(cursor[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var sortOrder) && Guid.TryParse(cursor[2], out var id)
            ? (cursor[0], sortOrder, id)
            : null;
}
