using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Packages;
using MoviesNow.Upload.Sweeping;
using MoviesNow.Upload.V1;
using UploadTests.Packages;

namespace UploadTests.Sweeping;

/// <summary>HLS packages that nobody goes on with end, and their objects go; those of packages under way are no orphans.</summary>
public sealed class PackageSweepTests(SweepSystem shared) : SweepTest(shared)
{
    private PackageUploadService.PackageUploadServiceClient Packages => new(System.As(Identity.Admin));

    [Fact]
    public async Task Sweep_OfAPackagePastItsDeadline_RemovesWhatWasSent()
    {
        var (package, key) = await BegunAsync();
        await System.SetAsync(package.Id, "deadline = now() - interval '1 minute'", "package_upload");

        Assert.Equal(1, (await SweepAsync(TimeSpan.Zero, isDryRun: true)).CountOf(SweepEffect.ExpiredUpload));
        Assert.NotNull(await HeadAsync(key));
        var run = await SweepAsync(TimeSpan.Zero);

        Assert.Equal(1, run.CountOf(SweepEffect.ExpiredUpload));
        Assert.Null(await HeadAsync(key));
        Assert.Equal(PackageState.Expired, (await Packages.GetPackageAsync(new GetPackageRequest { PackageId = package.Id })).Package.State);
    }

    [Fact]
    public async Task ListOrphans_WhileAPackageIsUnderWay_HasNoneOfItsObjects()
    {
        var (package, key) = await BegunAsync();
        var foreign = key.Replace(package.Id, Guid.NewGuid().ToString(), StringComparison.Ordinal);
        await System.PlantAsync(foreign, [1, 2, 3]);

        await SweepAsync(Soon, isDryRun: true);

        var orphans = (await OrphansAsync(OrphanKind.ObjectWithoutRow)).Select(orphan => orphan.StorageKey).ToList();
        Assert.Contains(foreign, orphans);
        Assert.DoesNotContain(key, orphans);
    }

    [Fact]
    public async Task Packages_OfASweepThatLostItsLease_StayAsTheyAre()
    {
        var (pending, pendingKey) = await BegunAsync();
        var (closing, closingKey) = await BegunAsync();
        await System.SetAsync(closing.Id, "state = 'closing', close_as = 'aborted'", "package_upload");
        var (closed, closedKey) = await BegunAsync();
        await System.SetAsync(closed.Id, "state = 'aborted'", "package_upload");
        var leases = System.Service<SweepLeases>();
        var parts = SweepParts.Of(System.Service<IServiceProvider>(), (await leases.TakeAsync(ifIdleFor: null, default))!, TimeProvider.System);
        await System.ExpireLeaseAsync();
        var other = (await leases.TakeAsync(ifIdleFor: null, default))!;

        Assert.Null(await parts.PackageCloser.ExpireAsync(await RowAsync(pending), default));
        var (closingRow, closedRow) = (await RowAsync(closing), await RowAsync(closed));
        await Assert.ThrowsAsync<SweepLostException>(() => parts.PackageCloser.CloseAsync(closingRow, default));
        await Assert.ThrowsAsync<SweepLostException>(() => parts.PackageCloser.ClearAsync(closedRow, default));
        Assert.False(await parts.Packages.MarkClearedAsync(closedRow.Id, default));

        foreach (var key in (string[])[pendingKey, closingKey, closedKey])
            Assert.NotNull(await HeadAsync(key));
        Assert.Equal(
            [PackagePhase.Pending, PackagePhase.Closing, PackagePhase.Aborted],
            [(await RowAsync(pending)).Phase, (await RowAsync(closing)).Phase, (await RowAsync(closed)).Phase]);
        Assert.Null((await RowAsync(closed)).ClearedAt);

        // Under the lease that is held all three end.
        await leases.ReleaseAsync(other, isSweep: false, isSuccess: false, default);
        await System.SetAsync(pending.Id, "deadline = now() - interval '1 minute'", "package_upload");
        await SweepAsync(Soon);
        foreach (var key in (string[])[pendingKey, closingKey, closedKey])
            Assert.Null(await HeadAsync(key));
        Assert.NotNull((await RowAsync(closed)).ClearedAt);
    }

    private async Task<PackageSession> RowAsync(HlsPackage package) =>
        (await System.Service<PackageStore>().FindAsync(Guid.Parse(package.Id), default))!;

    /// <summary>A package of which one file was sent.</summary>
    private async Task<(HlsPackage Package, string Key)> BegunAsync()
    {
        var package = (await Packages.CreatePackageAsync(new CreatePackageRequest { TitleId = await System.MovieAsync() })).Package;
        var tree = SampleTree.New();
        await Packages.DeclarePackageFilesAsync(tree.Declaration(package.Id));
        var key = package.Prefix + tree.Files.Keys.First();
        await System.PlantAsync(key, [1, 2, 3]);
        return (package, key);
    }
}
