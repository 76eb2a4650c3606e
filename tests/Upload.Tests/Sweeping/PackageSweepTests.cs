using MoviesNow.Testing.Hosting;
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
