using System.Globalization;
using Grpc.Core;
using MoviesNow.Catalog.Caching;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;

namespace MoviesNow.Catalog.Assets;

/// <summary>The source artifacts of titles, seasons and episodes.</summary>
internal sealed class AssetGrpcService(AssetStore assets, StorageKeyStore keys, TitleCache cache, TimeProvider time) : AssetService.AssetServiceBase
{
    private const int MaxKeys = 1_000;

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
        CheckMimeType(check, "mime_type", request.MimeType);
        check.Require(request.SizeBytes >= 0, "size_bytes", "must not be negative");
        check.Sha256("sha256", request.Sha256, required: false);
        AssetRules.CheckProperties(check, "properties", request.Properties);
        check.ThrowIfInvalid();

        var now = time.GetUtcNow();
        var outcome = await assets.RecordAsync(Guid.CreateVersion7(now), context.EffectId(), owner, key!, request, now, context.CancellationToken);
        return new() { Asset = await ForgetTitleOfAsync(outcome.OrThrow()) };
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

    public override async Task<UpdateAssetResponse> UpdateAsset(UpdateAssetRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var values = request.Asset?.Clone() ?? new MediaAsset();
        var id = check.Id("asset.id", values.Id);
        check.Require(values.Etag.Length > 0, "asset.etag", "is required");
        var mask = UpdateMask.Read(check, request.UpdateMask, "language", "mime_type", "properties", "is_primary", "sort_order");
        CheckMasked(check, mask, values);
        check.ThrowIfInvalid();

        var asset = await assets.FindAsync(id, context.CancellationToken) ?? throw RpcErrors.Of(ErrorReason.AssetNotFound);
        var version = Etag.Match(asset.Etag, values.Etag);
        mask.Apply(values, asset);
        var outcome = await assets.UpdateAsync(id, version, asset, time.GetUtcNow(), context.CancellationToken);
        return new() { Asset = await ForgetTitleOfAsync(outcome.OrThrow()) };
    }

    public override async Task<DeleteAssetResponse> DeleteAsset(DeleteAssetRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("asset_id", request.AssetId);
        check.ThrowIfInvalid();

        await ForgetTitleOfAsync((await assets.DeleteAsync(id, Etag.Version(request.Etag), request.Cascade, context.CancellationToken)).OrThrow());
        return new();
    }

    public override async Task<CheckStorageKeysResponse> CheckStorageKeys(CheckStorageKeysRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Require(request.StorageKeys.Count <= MaxKeys, "storage_keys", "must be at most 1,000");
        var asked = new HashSet<StorageKey>();
        for (var i = 0; i < Math.Min(request.StorageKeys.Count, MaxKeys); i++)
        {
            if (check.Require(StorageKey.TryParse(request.StorageKeys[i], out var key, out var violation), $"storage_keys[{i}]", violation ?? ""))
            {
                asked.Add(key!);
            }
        }

        check.ThrowIfInvalid();
        return new() { UnknownKeys = { await keys.UnknownAsync(asked, context.CancellationToken) } };
    }

    private async Task<MediaAsset> ForgetTitleOfAsync(MediaAsset asset)
    {
        await cache.ForgetAsync(Guid.Parse(asset.Scope.TitleId));
        return asset;
    }

    /// <summary>Checks the fields that the mask names; the others are not looked at.</summary>
    private static void CheckMasked(RequestCheck check, UpdateMask mask, MediaAsset asset)
    {
        if (mask.Has("language"))
        {
            asset.Language = check.Language("asset.language", asset.Language);
        }

        if (mask.Has("mime_type"))
        {
            CheckMimeType(check, "asset.mime_type", asset.MimeType);
        }

        if (mask.Has("properties"))
        {
            AssetRules.CheckProperties(check, "asset.properties", asset.Properties);
        }
    }

    private static void CheckMimeType(RequestCheck check, string field, string mimeType) =>
        check.Require(MediaType.IsWellFormed(mimeType), field, "must be a media type such as video/mp4");

    private static (string, int, Guid)? ParseCursor(string[] cursor) =>
        int.TryParse(cursor[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var sortOrder) && Guid.TryParse(cursor[2], out var id)
            ? (cursor[0], sortOrder, id)
            : null;
}
