using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;

namespace MoviesNow.Catalog.Bundles;

/// <summary>The rows of bundles.</summary>
internal sealed class BundleGrpcService(BundleStore bundles, BundlePurger purger, BundleFinder finder, BundleMetrics metrics, TimeProvider time)
    : BundleService.BundleServiceBase
{
    private const int MaxSeasonNumber = 9_999;
    private const int MaxBatch = 100;
    private const int MaxObjectEtag = 256;

    public override async Task<ReserveBundleResponse> ReserveBundle(ReserveBundleRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var asked = BundleReservation.Read(check, request);
        if (asked.ExpireTime is { } expireTime && !BundleExpiry.MayReserve(expireTime, time.GetUtcNow()))
        {
            // A repeated call may come so late that its expiry is no longer far enough away.
            var isRepeated = asked.Id != default && await bundles.FindAsync(asked.Id, context.CancellationToken) is not null;
            check.Require(isRepeated, "expire_time", "must be 1 to 60 days from now");
        }

        check.ThrowIfInvalid();

        var outcome = await bundles.ReserveAsync(asked, context.CancellationToken);
        metrics.Reserved(outcome);
        metrics.Reached(outcome);
        return new() { Bundle = outcome.OrThrow() };
    }

    public override async Task<VerifyBundleResponse> VerifyBundle(VerifyBundleRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("bundle_id", request.BundleId);
        var objectEtag = ReadObjectEtag(check, request.ObjectEtag);
        check.ThrowIfInvalid();

        return new() { Bundle = metrics.Reached(await bundles.VerifyAsync(id, objectEtag, context.CancellationToken)).OrThrow() };
    }

    public override async Task<ReleaseBundleResponse> ReleaseBundle(ReleaseBundleRequest request, ServerCallContext context)
    {
        if (!await bundles.ReleaseAsync(ReadId(request.BundleId), context.CancellationToken))
        {
            throw RpcErrors.Of(ErrorReason.BundleNotFound);
        }

        metrics.Reached("Released");
        return new();
    }

    public override async Task<RecordBundleManifestResponse> RecordBundleManifest(RecordBundleManifestRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("bundle_id", request.BundleId);
        check.Require(request.SizeBytes >= 0, "size_bytes", "must not be negative");
        long? size = request.SizeBytes == 0 ? null : request.SizeBytes;
        var objectEtag = ReadObjectEtag(check, request.ObjectEtag);
        check.ThrowIfInvalid();

        return new() { Bundle = (await bundles.RecordManifestAsync(id, size, objectEtag, context.CancellationToken)).OrThrow() };
    }

    public override async Task<PublishBundleResponse> PublishBundle(PublishBundleRequest request, ServerCallContext context) =>
        new() { Bundle = metrics.Reached(await bundles.PublishAsync(ReadId(request.BundleId), Etag.Version(request.Etag), context.CancellationToken)).OrThrow() };

    public override async Task<UpdateBundleResponse> UpdateBundle(UpdateBundleRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var bundle = request.Bundle ?? new Bundle();
        var id = check.Id("bundle.id", bundle.Id);
        check.Require(bundle.Etag.Length > 0, "bundle.etag", "is required");
        var mask = UpdateMask.Read(check, request.UpdateMask, "label", "expire_time");
        var label = mask.Has("label") ? check.Text("bundle.label", bundle.Label, BundleReservation.MaxLabelLength) : null;
        var expireTime = mask.Has("expire_time") ? check.Time("bundle.expire_time", bundle.ExpireTime, required: true)?.ToMicroseconds() : null;
        check.Require(expireTime is null || BundleExpiry.MayUpdate(expireTime.Value, time.GetUtcNow()), "bundle.expire_time", "must be at most 60 days from now");
        check.ThrowIfInvalid();

        var outcome = await bundles.UpdateAsync(id, Etag.Version(bundle.Etag), label, expireTime, context.CancellationToken);
        check.Require(outcome.Reason is not ErrorReason.InvalidFields, "bundle.expire_time", "must be later than create_time");
        check.ThrowIfInvalid();
        return new() { Bundle = outcome.OrThrow() };
    }

    public override async Task<GetBundleResponse> GetBundle(GetBundleRequest request, ServerCallContext context)
    {
        var bundle = await bundles.FindAsync(ReadId(request.BundleId), context.CancellationToken);
        return new() { Bundle = bundle ?? throw RpcErrors.Of(ErrorReason.BundleNotFound) };
    }

    public override async Task<ListBundlesResponse> ListBundles(ListBundlesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = PageToken.Size(check, request.PageSize);
        var titleId = check.OptionalId("title_id", request.TitleId);
        check.KnownOrUnspecified("state", request.State);
        check.ThrowIfInvalid();
        var before = Page.Cursor<(DateTimeOffset, Guid)>(request, request.PageToken, 2, ParseCursor);

        var filter = new BundleFilter(titleId, request.State, request.DownloadableOnly);
        var rows = await finder.ListAsync(filter, before, size + 1, context.CancellationToken);
        var next = Page.Cut(rows, size, request, bundle => [CursorOf(bundle.CreateTime), bundle.Id]);
        return new() { Bundles = { rows }, NextPageToken = next };
    }

    public override async Task<ResolveBundleResponse> ResolveBundle(ResolveBundleRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var reference = ReadReference(check, "", request);
        check.ThrowIfInvalid();

        return await finder.ResolveAsync(reference, context.CancellationToken) ?? throw RpcErrors.Of(ErrorReason.BundleNotFound);
    }

    public override async Task<BatchResolveBundlesResponse> BatchResolveBundles(BatchResolveBundlesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Require(request.Requests.Count is >= 1 and <= MaxBatch, "requests", $"must have 1 to {MaxBatch} items");
        check.ThrowIfInvalid();
        var references = request.Requests.Select((one, i) => ReadReference(check, string.Create(CultureInfo.InvariantCulture, $"requests[{i}]."), one)).ToArray();
        check.ThrowIfInvalid();

        var found = await finder.ResolveAsync(references, context.CancellationToken);
        return new() { Results = { found.Select(one => new BundleResolution { Found = one }) } };
    }

    public override async Task<ListPurgeableBundlesResponse> ListPurgeableBundles(ListPurgeableBundlesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = PageToken.Size(check, request.PageSize);
        var expiredBefore = check.Time("expired_before", request.ExpiredBefore);
        check.ThrowIfInvalid();
        var after = Page.Cursor<(DateTimeOffset, Guid)>(request, request.PageToken, 2, ParseCursor);

        var rows = await finder.ListPurgeableAsync(expiredBefore, after, size + 1, context.CancellationToken);
        var next = Page.Cut(rows, size, request, bundle => [CursorOf(bundle.ExpireTime), bundle.Id]);
        return new() { Bundles = { rows }, NextPageToken = next };
    }

    public override async Task<ExpireBundleResponse> ExpireBundle(ExpireBundleRequest request, ServerCallContext context) =>
        new() { Bundle = metrics.Reached(await purger.ExpireAsync(ReadId(request.BundleId), context.CancellationToken)).OrThrow() };

    public override async Task<PurgeBundleResponse> PurgeBundle(PurgeBundleRequest request, ServerCallContext context) =>
        new() { Bundle = metrics.Reached(await purger.PurgeAsync(ReadId(request.BundleId), context.CancellationToken)).OrThrow() };

    private static BundleReference ReadReference(RequestCheck check, string path, ResolveBundleRequest request)
    {
        switch (request.ReferenceCase)
        {
            case ResolveBundleRequest.ReferenceOneofCase.BundleId:
                return new(check.Id($"{path}bundle_id", request.BundleId), null);
            case ResolveBundleRequest.ReferenceOneofCase.Season:
                var titleId = check.Id($"{path}season.title_id", request.Season.TitleId);
                var number = check.Range($"{path}season.season_number", request.Season.SeasonNumber, 0, MaxSeasonNumber);
                return new(null, StorageLayout.SeasonBundle(titleId, (int)Math.Max(number, 0)));
            case ResolveBundleRequest.ReferenceOneofCase.StorageKey:
                check.Require(StorageKey.TryParse(request.StorageKey, out var key, out var violation), $"{path}storage_key", violation ?? "");
                return new(null, key);
            default:
                check.Add($"{path}reference", "is required");
                return new(null, null);
        }
    }

    private static string? ReadObjectEtag(RequestCheck check, string value) =>
        check.Opaque("object_etag", value, MaxObjectEtag) is { Length: > 0 } etag ? etag : null;

    private static Guid ReadId(string bundleId)
    {
        var check = new RequestCheck();
        var id = check.Id("bundle_id", bundleId);
        check.ThrowIfInvalid();
        return id;
    }

    private static string CursorOf(Timestamp created) => created.ToDateTimeOffset().UtcTicks.ToString(CultureInfo.InvariantCulture);

    private static (DateTimeOffset, Guid)? ParseCursor(string[] cursor) =>
        long.TryParse(cursor[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.Ticks
        && Guid.TryParse(cursor[1], out var id)
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), id)
            : null;
}
