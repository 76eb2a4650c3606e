using Grpc.Core;
using MoviesNow.Catalog.Assets;
using MoviesNow.Catalog.Caching;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Streams;

/// <summary>Renditions of assets.</summary>
internal sealed class StreamVariantGrpcService(
    StreamVariantStore variants, LadderStore ladders, AssetStore assets, VariantReader reader, TitleCache cache, TimeProvider time)
    : StreamVariantService.StreamVariantServiceBase
{
    private const string Single = "variant";

    public override async Task<CreateStreamVariantResponse> CreateStreamVariant(CreateStreamVariantRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        if (!check.Require(request.Variant is not null, Single, "is required"))
        {
            check.ThrowIfInvalid();
        }

        var assetId = check.Id($"{Single}.asset_id", request.Variant!.AssetId);
        var owner = await OwnerAsync(assetId, context.CancellationToken);
        var variant = reader.Read(check, Single, request.Variant, owner);
        check.ThrowIfInvalid();
        ThrowIfMissing(owner);

        var now = time.GetUtcNow();
        var outcome = await variants.CreateAsync(Guid.CreateVersion7(now), context.EffectId(), assetId, variant, now, context.CancellationToken);
        var created = outcome.OrThrow(_ => Single);
        await cache.ForgetAsync(owner!.TitleId);
        return new() { Variant = created };
    }

    public override async Task<CreateLadderResponse> CreateLadder(CreateLadderRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var assetId = check.Id("asset_id", request.AssetId);
        if (!check.Require(request.Variants.Count is >= 1 and <= LadderRules.MaxVariants, "variants", $"must be 1 to {LadderRules.MaxVariants}"))
        {
            check.ThrowIfInvalid();
        }

        var owner = await OwnerAsync(assetId, context.CancellationToken);
        var ladder = request.Variants.Select((variant, i) => ReadStep(check, i, variant, request.AssetId, owner)).ToList();
        foreach (var violation in LadderRules.Violations(ladder))
        {
            check.Add(violation.Field, violation.Description);
        }

        check.ThrowIfInvalid();
        ThrowIfMissing(owner);

        var outcome = await ladders.CreateAsync(assetId, context.EffectId(), ladder, request.Replace, time.GetUtcNow(), context.CancellationToken);
        var created = outcome.OrThrow(i => LadderRules.FieldOf(i));
        await cache.ForgetAsync(owner!.TitleId);
        return new() { Variants = { created } };
    }

    public override async Task<GetStreamVariantResponse> GetStreamVariant(GetStreamVariantRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("variant_id", request.VariantId);
        check.ThrowIfInvalid();

        return new() { Variant = await variants.FindAsync(id, context.CancellationToken) ?? throw RpcErrors.Of(ErrorReason.VariantNotFound) };
    }

    public override async Task<ListStreamVariantsResponse> ListStreamVariants(ListStreamVariantsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var assetId = check.Id("asset_id", request.AssetId);
        var size = PageToken.Size(check, request.PageSize);
        check.ThrowIfInvalid();
        var after = Page.Cursor<(QualityTier, Guid)>(request, request.PageToken, 2, cursor =>
            Enum.TryParse<QualityTier>(cursor[0], out var tier) && Guid.TryParse(cursor[1], out var id) ? (tier, id) : null);

        var rows = await variants.ListAsync(assetId, after, size + 1, context.CancellationToken);
        if (rows.Count == 0)
        {
            ThrowIfMissing(await OwnerAsync(assetId, context.CancellationToken));
        }

        var next = Page.Cut(rows, size, request, variant => [variant.Tier.ToString(), variant.Id]);
        return new() { Variants = { rows }, NextPageToken = next };
    }

    public override async Task<UpdateStreamVariantResponse> UpdateStreamVariant(UpdateStreamVariantRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var values = request.Variant ?? new StreamVariant();
        var id = check.Id($"{Single}.id", values.Id);
        check.Require(values.Etag.Length > 0, $"{Single}.etag", "is required");
        var mask = UpdateMask.Read(check, request.UpdateMask, VariantFields.Changeable);
        check.ThrowIfInvalid();

        var variant = await variants.FindAsync(id, context.CancellationToken) ?? throw RpcErrors.Of(ErrorReason.VariantNotFound);
        var version = Etag.Match(variant.Etag, values.Etag);
        mask.Apply(values, variant);

        // The rules are about the whole row; the update goes through only if the row is still the one that they were checked on.
        var owner = await OwnerAsync(Guid.Parse(variant.AssetId), context.CancellationToken);
        var merged = reader.Read(check, Single, variant, owner);
        check.ThrowIfInvalid();

        var outcome = await variants.UpdateAsync(id, version, merged, time.GetUtcNow(), context.CancellationToken);
        var updated = outcome.OrThrow(_ => Single);
        await cache.ForgetAsync(owner!.TitleId);
        return new() { Variant = updated };
    }

    public override async Task<DeleteStreamVariantResponse> DeleteStreamVariant(DeleteStreamVariantRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("variant_id", request.VariantId);
        check.ThrowIfInvalid();

        var deleted = (await variants.DeleteAsync(id, Etag.Version(request.Etag), context.CancellationToken)).OrThrow(_ => Single);
        if (await OwnerAsync(Guid.Parse(deleted.AssetId), context.CancellationToken) is { } owner)
        {
            await cache.ForgetAsync(owner.TitleId);
        }

        return new();
    }

    private StreamVariant ReadStep(RequestCheck check, int index, StreamVariant variant, string assetId, AssetOwner? owner)
    {
        check.Require(
            variant.AssetId.Length == 0 || variant.AssetId.Equals(assetId, StringComparison.OrdinalIgnoreCase),
            LadderRules.FieldOf(index, "asset_id"),
            "must be that of the ladder, or empty");
        return reader.Read(check, LadderRules.FieldOf(index), variant, owner);
    }

    /// <summary>Whose an asset is; null when it is not there.</summary>
    private async Task<AssetOwner?> OwnerAsync(Guid assetId, CancellationToken cancellationToken) =>
        assetId != default && await assets.FindAsync(assetId, cancellationToken) is { } asset ? AssetOwner.Of(asset.Scope) : null;

    private static void ThrowIfMissing(AssetOwner? owner)
    {
        if (owner is null)
        {
            throw RpcErrors.Of(ErrorReason.AssetNotFound);
        }
    }
}
