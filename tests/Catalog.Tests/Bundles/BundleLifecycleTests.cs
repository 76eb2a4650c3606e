using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Bundles;

[Collection(CatalogTestGroup.Name)]
public sealed class BundleLifecycleTests(CatalogFixture catalog)
{
    private static readonly TimeSpan PastExpiry = TimeSpan.FromDays(15);

    private BundleService.BundleServiceClient Service => catalog.One.Service.Bundles;

    private BundleService.BundleServiceClient Admin => catalog.Two.Admin.Bundles;

    [Fact]
    public async Task Bundle_VerifiedThenPublished_MovesOnWithANewEtagEachTime()
    {
        var pending = await catalog.One.BundleAsync(BundleState.Pending);
        var verified = (await Service.VerifyBundleAsync(new() { BundleId = pending.Id })).Bundle;
        var published = (await Admin.PublishBundleAsync(new() { BundleId = pending.Id, Etag = verified.Etag })).Bundle;

        Assert.Equal(BundleState.Verified, verified.State);
        Assert.Equal(BundleState.Published, published.State);
        Assert.Equal(3, new[] { pending.Etag, verified.Etag, published.Etag }.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task VerifyBundle_ObjectEtag_IsKeptAsTheFirstCallSaidIt()
    {
        var pending = await catalog.One.BundleAsync(BundleState.Pending);
        var verified = (await Service.VerifyBundleAsync(new() { BundleId = pending.Id, ObjectEtag = "abc-2" })).Bundle;

        Assert.Equal("abc-2", verified.ObjectEtag);
        Assert.Equal(verified, (await Service.VerifyBundleAsync(new() { BundleId = pending.Id, ObjectEtag = "other" })).Bundle);
        Assert.Equal("abc-2", (await Service.ResolveBundleAsync(new() { BundleId = pending.Id })).Bundle.ObjectEtag);
        await RpcAssert.FailsOnFieldsAsync(
            ["object_etag"], async () => await Service.VerifyBundleAsync(new() { BundleId = pending.Id, ObjectEtag = new string('a', 257) }));
    }

    [Fact]
    public async Task RecordBundleManifest_SizeAndEtag_AreKeptAsTheFirstCallSaidThem()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Verified);
        var recorded = (await Service.RecordBundleManifestAsync(new() { BundleId = bundle.Id, SizeBytes = 7, ObjectEtag = "m" })).Bundle;

        Assert.Equal((7, "m"), (recorded.ManifestSizeBytes, recorded.ManifestObjectEtag));
        Assert.Equal(recorded, (await Service.RecordBundleManifestAsync(new() { BundleId = bundle.Id, SizeBytes = 8, ObjectEtag = "n" })).Bundle);
        await RpcAssert.FailsOnFieldsAsync(
            ["size_bytes", "object_etag"],
            async () => await Service.RecordBundleManifestAsync(new() { BundleId = bundle.Id, SizeBytes = -1, ObjectEtag = "\0" }));
    }

    [Fact]
    public async Task VerifyBundle_Repeated_LeavesItAsItIs()
    {
        var verified = await catalog.One.BundleAsync(BundleState.Verified);
        Assert.Equal(verified, (await Service.VerifyBundleAsync(new() { BundleId = verified.Id })).Bundle);

        var published = (await Admin.PublishBundleAsync(new() { BundleId = verified.Id })).Bundle;
        Assert.Equal(published, (await Service.VerifyBundleAsync(new() { BundleId = verified.Id })).Bundle);
        Assert.Equal(published, (await Admin.PublishBundleAsync(new() { BundleId = verified.Id })).Bundle);
    }

    [Fact]
    public async Task PublishBundle_ThatIsPending_IsRefusedWithItsState()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Pending);
        await RefusedAsync("PENDING", async () => await Admin.PublishBundleAsync(new() { BundleId = bundle.Id }));
    }

    [Theory]
    [InlineData(BundleState.Verified)]
    [InlineData(BundleState.Published)]
    public async Task PublishBundle_PastItsExpiry_IsRefusedAsExpired(BundleState state)
    {
        var bundle = await catalog.One.BundleAsync(state);
        await using var later = catalog.Shifted(PastExpiry);
        await RefusedAsync("EXPIRED", async () => await later.Admin.Bundles.PublishBundleAsync(new() { BundleId = bundle.Id }));
    }

    [Fact]
    public async Task PublishBundle_RepeatedWithItsEtag_FindsThatItIsPublished()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Verified);
        var request = new PublishBundleRequest { BundleId = bundle.Id, Etag = bundle.Etag };
        var published = await Admin.PublishBundleAsync(request);

        Assert.Equal(published, await Admin.PublishBundleAsync(request));
        var label = new UpdateBundleRequest { Bundle = new() { Id = bundle.Id, Etag = published.Bundle.Etag, Label = "x" }, UpdateMask = new() { Paths = { "label" } } };
        await Admin.UpdateBundleAsync(label);
        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, async () => await Admin.PublishBundleAsync(request));
    }

    [Fact]
    public async Task PublishBundle_WithAnotherEtag_IsAborted()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Verified);
        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, async () => await Admin.PublishBundleAsync(new() { BundleId = bundle.Id, Etag = "77" }));
        Assert.Equal(bundle, (await Admin.GetBundleAsync(new() { BundleId = bundle.Id })).Bundle);
    }

    [Fact]
    public async Task PublishedBundle_PastItsExpiry_ReadsAsExpiredEverywhere()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Published);
        await using var later = catalog.Shifted(PastExpiry);
        var service = later.Service.Bundles;

        Assert.Equal(BundleState.Expired, (await service.GetBundleAsync(new() { BundleId = bundle.Id })).Bundle.State);
        Assert.Equal(BundleState.Expired, (await service.ResolveBundleAsync(new() { StorageKey = bundle.StorageKey })).Bundle.State);
        Assert.Empty((await service.ListBundlesAsync(new() { TitleId = bundle.TitleId, State = BundleState.Published })).Bundles);
        Assert.Empty((await service.ListBundlesAsync(new() { TitleId = bundle.TitleId, DownloadableOnly = true })).Bundles);
        Assert.Equal(BundleState.Expired, Assert.Single((await service.ListBundlesAsync(new() { TitleId = bundle.TitleId, State = BundleState.Expired })).Bundles).State);
        await RefusedAsync("EXPIRED", async () => await service.VerifyBundleAsync(new() { BundleId = bundle.Id }));
        await RefusedAsync("EXPIRED", async () => await service.RecordBundleManifestAsync(new() { BundleId = bundle.Id }));
        Assert.Equal(BundleState.Published, (await Service.GetBundleAsync(new() { BundleId = bundle.Id })).Bundle.State);
    }

    [Theory]
    [InlineData(BundleState.Verified)]
    [InlineData(BundleState.Published)]
    public async Task RecordBundleManifest_BesideACheckedZip_RecordsItsKeyOnce(BundleState state)
    {
        var bundle = await catalog.One.BundleAsync(state);
        var recorded = (await Service.RecordBundleManifestAsync(new() { BundleId = bundle.Id })).Bundle;

        Assert.Equal($"bundles/{bundle.TitleId}/S01_manifest.json", recorded.ManifestKey);
        Assert.NotEqual(bundle.Etag, recorded.Etag, StringComparer.Ordinal);
        Assert.Equal(recorded, (await Service.RecordBundleManifestAsync(new() { BundleId = bundle.Id })).Bundle);
    }

    [Fact]
    public async Task RecordBundleManifest_BeforeTheZipWasChecked_IsRefused()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Pending);
        await RefusedAsync("PENDING", async () => await Service.RecordBundleManifestAsync(new() { BundleId = bundle.Id }));
    }

    [Fact]
    public async Task RecordBundleManifest_OfExtras_IsRefused()
    {
        var title = await catalog.One.TitleAsync(TitleKind.Movie);
        var request = Samples.SeasonBundle(title.Id);
        request.Kind = BundleKind.TitleExtras;
        request.ClearSeasonNumber();
        var bundle = await catalog.One.BundleAsync(request, BundleState.Verified);
        await RefusedAsync("VERIFIED", async () => await Service.RecordBundleManifestAsync(new() { BundleId = bundle.Id }));
    }

    [Fact]
    public async Task UpdateBundle_OfLabelAndExpiry_ChangesThoseOnly()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Published);
        var expiry = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.AddDays(60).ToUnixTimeSeconds()));

        var updated = (await Admin.UpdateBundleAsync(Change(bundle, new() { Label = "Director's cut", ExpireTime = expiry }, "label", "expire_time"))).Bundle;

        var expected = bundle.Clone();
        (expected.Label, expected.ExpireTime, expected.UpdateTime, expected.Etag) = ("Director's cut", expiry, updated.UpdateTime, updated.Etag);
        Assert.Equal(expected, updated);
    }

    [Fact]
    public async Task UpdateBundle_EndingItNow_ReadsAsExpiredAndMayBeExtendedAgain()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Published);
        var justAfterCreation = Timestamp.FromDateTimeOffset(bundle.CreateTime.ToDateTimeOffset().AddMicroseconds(1));

        var ended = (await Admin.UpdateBundleAsync(Change(bundle, new() { ExpireTime = justAfterCreation }, "expire_time"))).Bundle;
        Assert.Equal(BundleState.Expired, ended.State);

        var extended = (await Admin.UpdateBundleAsync(Change(ended, new() { ExpireTime = bundle.ExpireTime }, "expire_time"))).Bundle;
        Assert.Equal(BundleState.Published, extended.State);
    }

    public static TheoryData<string, Action<UpdateBundleRequest>, string[]> BadUpdates() => new()
    {
        { "nothing", r => (r.Bundle, r.UpdateMask) = (null, null), ["bundle.id", "bundle.etag", "update_mask"] },
        { "mask empty", r => r.UpdateMask.Paths.Clear(), ["update_mask"] },
        { "mask names another field", r => r.UpdateMask.Paths.Add("state"), ["update_mask"] },
        { "label too long", r => r.Bundle.Label = new string('x', 201), ["bundle.label"] },
        { "expiry missing", r => r.UpdateMask.Paths.Add("expire_time"), ["bundle.expire_time"] },
        { "expiry too late", r => Expire(r, DateTimeOffset.UtcNow.AddDays(60.1)), ["bundle.expire_time"] },
        { "expiry at the creation", r => Expire(r, null), ["bundle.expire_time"] },
    };

    [Theory]
    [MemberData(nameof(BadUpdates))]
    public async Task UpdateBundle_WithBadFields_NamesEachOfThem(string what, Action<UpdateBundleRequest> spoil, string[] fields)
    {
        Assert.NotEmpty(what);
        var bundle = await catalog.One.BundleAsync(BundleState.Pending);
        var request = Change(bundle, new() { Label = "x", CreateTime = bundle.CreateTime }, "label");
        spoil(request);
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Admin.UpdateBundleAsync(request));
    }

    [Fact]
    public async Task UpdateBundle_OnTwoReplicasWithOneEtag_LetsExactlyOneWin()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Pending);
        Replica[] replicas = [catalog.One, catalog.Two];

        var outcomes = await Race.OutcomesAsync(
            10, i => replicas[i % 2].Admin.Bundles.UpdateBundleAsync(Change(bundle, new() { Label = $"{i}" }, "label")).ResponseAsync);

        Assert.Equal(1, outcomes.Count(outcome => outcome == "OK"));
        Assert.Equal(9, outcomes.Count(outcome => outcome == "ETAG_MISMATCH"));
    }

    [Fact]
    public async Task EveryCallForOneBundle_WithUnknownId_IsNotFound()
    {
        var missing = Samples.NewId().ToString();
        await NotFoundAsync(async () => await Admin.GetBundleAsync(new() { BundleId = missing }));
        await NotFoundAsync(async () => await Admin.PublishBundleAsync(new() { BundleId = missing }));
        await NotFoundAsync(async () => await Admin.UpdateBundleAsync(Change(new() { Id = missing, Etag = "1" }, new() { Label = "x" }, "label")));
        await NotFoundAsync(async () => await Service.VerifyBundleAsync(new() { BundleId = missing }));
        await NotFoundAsync(async () => await Service.ReleaseBundleAsync(new() { BundleId = missing }));
        await NotFoundAsync(async () => await Service.RecordBundleManifestAsync(new() { BundleId = missing }));
        await NotFoundAsync(async () => await Service.ResolveBundleAsync(new() { BundleId = missing }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    public async Task EveryCallForOneBundle_WithBadId_NamesTheField(string id)
    {
        string[] fields = ["bundle_id"];
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Admin.GetBundleAsync(new() { BundleId = id }));
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Admin.PublishBundleAsync(new() { BundleId = id }));
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Service.VerifyBundleAsync(new() { BundleId = id }));
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Service.ReleaseBundleAsync(new() { BundleId = id }));
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Service.RecordBundleManifestAsync(new() { BundleId = id }));
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Service.ResolveBundleAsync(new() { BundleId = id }));
    }

    private static void Expire(UpdateBundleRequest request, DateTimeOffset? time)
    {
        request.UpdateMask.Paths.Add("expire_time");
        request.Bundle.ExpireTime = time is { } at ? Timestamp.FromDateTimeOffset(at) : request.Bundle.CreateTime;
    }

    private static UpdateBundleRequest Change(Bundle bundle, Bundle values, params string[] paths)
    {
        (values.Id, values.Etag) = (bundle.Id, bundle.Etag);
        return new() { Bundle = values, UpdateMask = new() { Paths = { paths } } };
    }

    private static Task<RpcException> NotFoundAsync(Func<Task> call) => RpcAssert.FailsAsync(ErrorReason.BundleNotFound, call);

    private static async Task RefusedAsync(string state, Func<Task> call) =>
        Assert.Equal(state, RpcErrors.InfoOf(await RpcAssert.FailsAsync(ErrorReason.InvalidState, call))!.Metadata["state"]);
}
