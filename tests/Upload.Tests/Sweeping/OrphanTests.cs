using FsCheck.Fluent;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Sweeping;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Sweeping;

/// <summary>What the bucket and the rows do not agree on is reported; only what an upload of this service wrote is ever removed.</summary>
public sealed class OrphanTests(SweepSystem shared) : SweepTest(shared)
{
    [Fact]
    public async Task ListOrphans_AfterASweep_HasObjectsWithoutRowsAndRowsWithoutObjects()
    {
        var kept = await CompletedAsync();
        var lost = await CompletedAsync();
        await System.Objects.DeleteAsync(StorageKey.Parse(lost.StorageKey), default);
        var foreign = await PlantAsync();
        var (_, bundle) = await VerifiedBundleAsync();

        await SweepAsync(Soon, isDryRun: true);

        var orphans = (await OrphansAsync()).ToDictionary(orphan => orphan.StorageKey, StringComparer.Ordinal);
        Assert.Equal(orphans.Keys.Order(StringComparer.Ordinal), orphans.Keys);
        Assert.Equal((OrphanKind.RowWithoutObject, lost.Id, 100), Summary(orphans[lost.StorageKey]));
        Assert.Equal((OrphanKind.ObjectWithoutRow, "", 3), Summary(orphans[foreign]));
        Assert.DoesNotContain(kept.StorageKey, orphans.Keys);
        Assert.DoesNotContain(bundle.Upload.StorageKey, orphans.Keys);
        Assert.All(await OrphansAsync(OrphanKind.RowWithoutObject), orphan => Assert.Equal(OrphanKind.RowWithoutObject, orphan.Kind));
    }

    [Fact]
    public async Task ListOrphans_ObjectThatIsRegisteredSince_IsNotListedAnyMore()
    {
        var titleId = await System.MovieAsync();
        var key = StorageLayout.Artwork(Guid.Parse(titleId), null, RelativePath.Parse("by-hand.png")).Value;
        await System.PlantAsync(key, [1, 2, 3]);
        await SweepAsync(Soon);
        Assert.Contains(key, (await OrphansAsync()).Select(orphan => orphan.StorageKey));

        await new AssetService.AssetServiceClient(System.Catalog(Identity.Admin)).RecordAssetAsync(new RecordAssetRequest
        {
            Scope = new AssetScope { TitleId = titleId },
            Kind = AssetKind.Poster,
            StorageKey = key,
            MimeType = "image/png",
            SizeBytes = 3,
        });
        await SweepAsync(Soon);

        Assert.DoesNotContain(key, (await OrphansAsync()).Select(orphan => orphan.StorageKey));
    }

    [Fact]
    public async Task ListOrphans_BadPageToken_IsRefused() =>
        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, async () => await Sweeps.ListOrphansAsync(new ListOrphansRequest { PageToken = "x" }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sweep_ObjectOfADeletedAsset_IsRemovedOnlyWhereThatIsAskedFor(bool deletes)
    {
        var upload = await CompletedAsync();
        var foreign = await PlantAsync();
        var assetId = (await System.Uploads().FinalizeUploadAsync(Requests.Finalize(upload))).AssetId;
        await new AssetService.AssetServiceClient(System.Catalog(Identity.Admin)).DeleteAssetAsync(new DeleteAssetRequest { AssetId = assetId });
        await SweepAsync(Soon, change: options => options.DeleteOrphans = deletes);
        Assert.NotNull(await HeadAsync(upload.StorageKey));

        var run = await SweepAsync(NextDays, change: options => options.DeleteOrphans = deletes);

        Assert.Equal(deletes ? 1 : 0, run.CountOf(SweepEffect.DeletedOrphan));
        Assert.Equal(deletes, await HeadAsync(upload.StorageKey) is null);
        Assert.Equal(deletes, !(await OrphansAsync()).Exists(orphan => orphan.StorageKey == upload.StorageKey));
        Assert.NotNull(await HeadAsync(foreign));
    }

    [Fact]
    public async Task Sweep_LostObjectOfAPublishedBundle_LeavesThePublicListAndCanBeCreatedAgain()
    {
        var (titleId, created) = await VerifiedBundleAsync();
        await new BundleService.BundleServiceClient(System.Catalog(Identity.Admin)).PublishBundleAsync(new PublishBundleRequest { BundleId = created.Bundle.Id });
        await System.Objects.DeleteAsync(StorageKey.Parse(created.Upload.StorageKey), default);
        Assert.Equal(0, (await SweepAsync(Soon)).CountOf(SweepEffect.LostObject));

        var run = await SweepAsync(Soon + Soon);

        Assert.Equal(1, run.CountOf(SweepEffect.LostObject));
        Assert.Empty((await System.CatalogBundles.ListBundlesAsync(new ListBundlesRequest { TitleId = titleId, State = BundleState.Published })).Bundles);
        var seen = (await System.Uploads().GetUploadAsync(new GetUploadRequest { UploadId = created.Upload.Id })).Upload;
        Assert.Equal("OBJECT_MISSING", seen.LastProblem.Reason);
        await System.Bundles().CreateBundleAsync(Requests.Season(titleId, Content.Zip()));
        Assert.Equal(0, (await SweepAsync(Soon + Soon)).CountOf(SweepEffect.LostObject));
    }

    [Fact]
    public async Task Sweep_MoreLostObjectsThanAllowed_GivesUpNone()
    {
        var uploads = new List<Upload> { await CompletedAsync(), await CompletedAsync() };
        foreach (var upload in uploads)
            await System.Objects.DeleteAsync(StorageKey.Parse(upload.StorageKey), default);
        await SweepAsync(Soon);

        var run = await SweeperAt(Soon + Soon, options => options.MaxLostObjects = 1).RunAsync(new SweepOrder(IsDryRun: false, TimeSpan.FromMinutes(2)), default);

        Assert.Equal((0, 1), (run!.CountOf(SweepEffect.LostObject), run.Failures));
        foreach (var upload in uploads)
            Assert.Equal(UploadState.Completed, await StateAsync(upload));
    }

    [Fact]
    public async Task Sweep_RandomKeys_TouchesNothingThatNoUploadWrote()
    {
        var letters = Gen.Elements("abcXYZ019_-./".ToCharArray());
        var keys = Gen.ArrayOf(letters, 24).Select(characters => new string(characters)).Sample(80, 100)
            .Concat(["bundles/x/S01.zip", $"bundles/{Guid.CreateVersion7()}/S01.zip", $"hls/{Guid.CreateVersion7()}/a/b.m4s", $"artwork/title/{Guid.CreateVersion7()}/a.png", "artwork/a.png"])
            .Select(raw => StorageKey.TryParse(raw, out var key) ? key.Value : null).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var key in keys)
            await System.PlantAsync($"{(StorageLocation.TryParse(StorageKey.Parse(key), out _) ? "" : "other/")}{key}", [1, 2, 3]);
        var before = await System.Objects.ListAsync("", default).Select(one => one.RawKey).ToListAsync();
        Assert.InRange(keys.Count, 50, 200);

        await SweepAsync(Soon, change: options => options.DeleteOrphans = true);
        await SweepAsync(NextDays, change: options => options.DeleteOrphans = true);

        var after = (await System.Objects.ListAsync("", default).Select(one => one.RawKey).ToListAsync()).ToHashSet(StringComparer.Ordinal);
        Assert.All(before.Where(key => keys.Contains(key) || key.StartsWith("other/", StringComparison.Ordinal)), key => Assert.Contains(key, after));
        Assert.DoesNotContain(await OrphansAsync(), orphan => orphan.StorageKey.StartsWith("other/", StringComparison.Ordinal));
    }

    private static (OrphanKind, string, long) Summary(OrphanObject orphan) => (orphan.Kind, orphan.UploadId, orphan.SizeBytes);

    private async Task<string> PlantAsync()
    {
        var key = StorageLayout.Original(Guid.CreateVersion7(), null, FileName("by-hand.mp4")).Value;
        await System.PlantAsync(key, [1, 2, 3]);
        return key;
    }
}
