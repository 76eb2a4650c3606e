using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Bundles;

/// <summary>What the sweeper tells of bundles: that they have expired for good, and that their objects are gone.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class BundleEndTests(CatalogFixture catalog) : IAsyncLifetime
{
    private static readonly TimeSpan PastExpiry = TimeSpan.FromDays(15);

    private readonly Replica _later = catalog.Shifted(PastExpiry);

    private BundleService.BundleServiceClient Service => catalog.One.Service.Bundles;

    private BundleService.BundleServiceClient Later => _later.Service.Bundles;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _later.DisposeAsync().AsTask();

    [Theory]
    [InlineData(BundleState.Verified)]
    [InlineData(BundleState.Published)]
    public async Task ExpireBundle_PastItsExpiry_EndsItForEveryClock(BundleState state)
    {
        var bundle = await catalog.One.BundleAsync(state);

        var expired = (await Later.ExpireBundleAsync(new() { BundleId = bundle.Id })).Bundle;

        Assert.Equal(BundleState.Expired, expired.State);
        Assert.NotEqual(bundle.Etag, expired.Etag, StringComparer.Ordinal);
        Assert.Equal(expired, (await Service.GetBundleAsync(new() { BundleId = bundle.Id })).Bundle);
        Assert.Equal(expired, (await Later.ExpireBundleAsync(new() { BundleId = bundle.Id })).Bundle);

        // Its expiry cannot be moved any more, and its key is free.
        var update = new UpdateBundleRequest
        {
            Bundle = new() { Id = bundle.Id, Etag = expired.Etag, ExpireTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(30)) },
            UpdateMask = new() { Paths = { "expire_time" } },
        };
        await RefusedAsync("EXPIRED", async () => await catalog.One.Admin.Bundles.UpdateBundleAsync(update));
        Assert.Equal(BundleState.Pending, (await Service.ReserveBundleAsync(Samples.SeasonBundle(bundle.TitleId))).Bundle.State);
    }

    [Theory]
    [InlineData(BundleState.Pending, "PENDING")]
    [InlineData(BundleState.Verified, "VERIFIED")]
    [InlineData(BundleState.Published, "PUBLISHED")]
    public async Task ExpireBundle_BeforeItsExpiry_IsRefusedAndChangesNothing(BundleState state, string told)
    {
        var bundle = await catalog.One.BundleAsync(state);
        await RefusedAsync(told, async () => await Service.ExpireBundleAsync(new() { BundleId = bundle.Id }));
        Assert.Equal(bundle, (await Service.GetBundleAsync(new() { BundleId = bundle.Id })).Bundle);
    }

    [Fact]
    public async Task PurgeBundle_ThatIsExpired_StaysAsPurged()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Published);
        Assert.True(await IsPurgeableAsync(bundle));
        await Later.ExpireBundleAsync(new() { BundleId = bundle.Id });
        Assert.True(await IsPurgeableAsync(bundle));

        var purged = (await Later.PurgeBundleAsync(new() { BundleId = bundle.Id })).Bundle;

        Assert.Equal(BundleState.Purged, purged.State);
        Assert.Equal(purged, (await Later.PurgeBundleAsync(new() { BundleId = bundle.Id })).Bundle);
        Assert.Equal(purged, (await Later.ExpireBundleAsync(new() { BundleId = bundle.Id })).Bundle);
        Assert.Equal(purged, (await Service.GetBundleAsync(new() { BundleId = bundle.Id })).Bundle);
        Assert.False(await IsPurgeableAsync(bundle));
    }

    [Theory]
    [InlineData(BundleState.Pending)]
    [InlineData(BundleState.Verified)]
    [InlineData(BundleState.Published)]
    public async Task PurgeBundle_ThatWasNotExpired_IsRefusedAndChangesNothing(BundleState state)
    {
        var bundle = await catalog.One.BundleAsync(state);
        await RpcAssert.FailsAsync(ErrorReason.InvalidState, async () => await Service.PurgeBundleAsync(new() { BundleId = bundle.Id }));

        // One that reads as expired may still be prolonged.
        await RpcAssert.FailsAsync(ErrorReason.InvalidState, async () => await Later.PurgeBundleAsync(new() { BundleId = bundle.Id }));
        Assert.Equal(bundle, (await Service.GetBundleAsync(new() { BundleId = bundle.Id })).Bundle);
    }

    [Fact]
    public async Task ExpireBundle_WhileItIsProlonged_OneOfTheTwoWins()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Published);
        var expiry = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.AddDays(50).ToUnixTimeSeconds()));
        var update = new UpdateBundleRequest
        {
            Bundle = new() { Id = bundle.Id, Etag = bundle.Etag, ExpireTime = expiry },
            UpdateMask = new() { Paths = { "expire_time" } },
        };

        var outcomes = await Race.OutcomesAsync(2, async i => i == 0
            ? (await Later.ExpireBundleAsync(new() { BundleId = bundle.Id })).Bundle
            : (await catalog.One.Admin.Bundles.UpdateBundleAsync(update)).Bundle);

        Assert.Single(outcomes, "OK");
        var left = (await Later.GetBundleAsync(new() { BundleId = bundle.Id })).Bundle;
        Assert.Equal(left.ExpireTime.Equals(expiry) ? BundleState.Published : BundleState.Expired, left.State);
    }

    [Fact]
    public async Task ExpireAndPurge_UnknownOrBadId_AreToldSo()
    {
        var missing = Samples.NewId().ToString();
        await RpcAssert.FailsAsync(ErrorReason.BundleNotFound, async () => await Later.ExpireBundleAsync(new() { BundleId = missing }));
        await RpcAssert.FailsAsync(ErrorReason.BundleNotFound, async () => await Later.PurgeBundleAsync(new() { BundleId = missing }));
        await RpcAssert.FailsOnFieldsAsync(["bundle_id"], async () => await Later.ExpireBundleAsync(new() { BundleId = "x" }));
        await RpcAssert.FailsOnFieldsAsync(["bundle_id"], async () => await Later.PurgeBundleAsync(new() { BundleId = "" }));
        await RpcAssert.FailsAsync(ErrorReason.ServiceRequired, async () => await catalog.One.Admin.Bundles.ExpireBundleAsync(new() { BundleId = missing }));
        await RpcAssert.FailsAsync(ErrorReason.ServiceRequired, async () => await catalog.One.Admin.Bundles.PurgeBundleAsync(new() { BundleId = missing }));
    }

    private async Task<bool> IsPurgeableAsync(Bundle bundle)
    {
        var request = new ListPurgeableBundlesRequest { PageSize = 200 };
        do
        {
            var page = await Later.ListPurgeableBundlesAsync(request);
            if (page.Bundles.Any(found => found.Id == bundle.Id))
            {
                return true;
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return false;
    }

    private static async Task RefusedAsync(string state, Func<Task> call)
    {
        var error = await RpcAssert.FailsAsync(ErrorReason.InvalidState, call);
        Assert.Equal(state, RpcErrors.InfoOf(error)!.Metadata["state"]);
    }
}
