using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Packages;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Packages;

/// <summary>Whatever was interrupted is continued by repeating the call, on any replica.</summary>
[Collection(nameof(SharedSystem))]
public sealed class PackageRecoveryTests(SharedSystem shared) : PackageTest(shared)
{
    [Fact]
    public async Task ResumePackage_AfterEachStep_SaysWhatIsMissing()
    {
        var (titleId, tree) = (await PublishedMovieAsync(), SampleTree.New());
        var package = await CreateAsync(titleId);
        await ExpectAsync(isComplete: false, []);
        await DeclareAsync(package, tree);
        var paths = tree.Files.Keys.Order(StringComparer.Ordinal).ToList();
        var signed = await ExpectAsync(isComplete: false, paths);
        await SendAsync(signed.Take(4), tree);
        signed = await ExpectAsync(isComplete: false, paths.Skip(4));
        await SendAsync(signed, tree);
        await ExpectAsync(isComplete: true, []);
        await Packages(1).FinalizePackageAsync(SampleTree.Finalization(package.Id));
        await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => ExpectAsync(isComplete: true, []));

        async Task<IEnumerable<PresignedPackageFile>> ExpectAsync(bool isComplete, IEnumerable<string> missing)
        {
            var resumed = await Packages(1).ResumePackageAsync(new ResumePackageRequest { PackageId = package.Id });
            Assert.Equal(missing, resumed.MissingFiles.Select(file => file.File.Path));
            Assert.Equal((isComplete, resumed.MissingFiles.Count), (resumed.FilesComplete, resumed.MissingFileCount));
            Assert.Equal(resumed.MissingFiles.Sum(file => file.File.SizeBytes), resumed.MissingBytes);
            return resumed.MissingFiles;
        }
    }

    [Fact]
    public async Task FinalizePackage_ObjectsThatAreNotAsDeclared_AreNamedAndMended()
    {
        var (titleId, tree) = (await PublishedMovieAsync(), SampleTree.New());
        var package = await CreateAsync(titleId);
        await DeclareAsync(package, tree);
        await PlantAsync(package, "1080p/init.mp4", Content.Random(7));
        await SendAsync(package, tree, [.. tree.Files.Keys.Except(["1080p/init.mp4", "480p/init.mp4", "720p/init.mp4"])]);
        await PlantAsync(package, "stray/readme.ts", Content.Random(3));

        var error = await RpcAssert.FailsAsync(
            ErrorReason.PackageIncomplete, () => Packages().FinalizePackageAsync(SampleTree.Finalization(package.Id)).ResponseAsync);
        var told = RpcErrors.InfoOf(error)!.Metadata;
        Assert.Equal(("480p/init.mp4,720p/init.mp4", "2"), (told["missing"], told["missing_count"]));
        Assert.Equal(("1080p/init.mp4", "1"), (told["wrong_size"], told["wrong_size_count"]));
        Assert.Equal(("stray/readme.ts", "1"), (told["undeclared"], told["undeclared_count"]));
        Assert.Contains("not in the bucket: 480p/init.mp4, 720p/init.mp4; of another size: 1080p/init.mp4", error.Status.Detail, StringComparison.Ordinal);
        await RpcAssert.FailsAsync(ErrorReason.AssetNotFound, () => PlaybackAsync(titleId));

        var resumed = await Packages(1).ResumePackageAsync(new ResumePackageRequest { PackageId = package.Id });
        Assert.Equal((3, 1, 1), (resumed.MissingFileCount, resumed.RemovedObjectCount, resumed.UndeclaredObjectCount));
        Assert.Equal(["stray/readme.ts"], resumed.UndeclaredPaths);
        await SendAsync(resumed.MissingFiles, tree);
        await RpcAssert.FailsAsync(ErrorReason.PackageIncomplete, () => Packages().FinalizePackageAsync(SampleTree.Finalization(package.Id)).ResponseAsync);
        await System.Objects.DeleteAsync(StorageKey.Parse($"{package.Prefix}stray/readme.ts"), default);
        Assert.Equal(PackageState.Completed, (await Packages(1).FinalizePackageAsync(SampleTree.Finalization(package.Id))).Package.State);
    }

    [Fact]
    public async Task FinalizePackage_WithoutFiles_IsIncomplete()
    {
        var package = await CreateAsync(await System.MovieAsync());
        var error = await RpcAssert.FailsAsync(
            ErrorReason.PackageIncomplete, () => Packages().FinalizePackageAsync(SampleTree.Finalization(package.Id)).ResponseAsync);
        Assert.Contains("no file is declared", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CatalogueDown_FinalizePackage_IsContinuedByRepeating()
    {
        var (titleId, tree) = (await PublishedMovieAsync(), SampleTree.New());
        var package = await UploadedAsync(titleId, tree);
        System.CatalogGate.Shut();
        try
        {
            await RpcAssert.FailsAsync(
                ErrorReason.DependencyUnavailable, () => Packages().FinalizePackageAsync(SampleTree.Finalization(package.Id), Deadline()).ResponseAsync);

            // The objects were checked, and what is about to be published cannot be aborted, nor get more files.
            await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => Packages(1).AbortPackageAsync(new AbortPackageRequest { PackageId = package.Id }).ResponseAsync);
            await RpcAssert.FailsAsync(
                ErrorReason.InvalidState,
                () => Packages(1).DeclarePackageFilesAsync(new() { PackageId = package.Id, Files = { SampleTree.File("a.ts", Content.Random(1)) } }).ResponseAsync);
            Assert.True((await Packages(1).ResumePackageAsync(new ResumePackageRequest { PackageId = package.Id })).FilesComplete);
        }
        finally
        {
            System.CatalogGate.Open();
        }

        var finalized = await Eventually.SucceedsAsync(() => Packages(1).FinalizePackageAsync(SampleTree.Finalization(package.Id)).ResponseAsync);
        Assert.Equal(PackageState.Completed, finalized.Package.State);
        Assert.All(KeysOf(await PlaybackAsync(titleId)), key => Assert.StartsWith(package.Prefix, key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task KilledAfterTheCatalogueWasTold_FinalizePackage_CompletesWithoutASecondEffect()
    {
        var (titleId, tree) = (await PublishedMovieAsync(), SampleTree.New());
        var package = await UploadedAsync(titleId, tree);
        var recording = await RecordAsync(package, tree);
        var assetId = await System.Service<PackageCatalog>().PublishAsync(recording, default);
        var before = await PlaybackAsync(titleId);

        var finalized = (await Packages(1).FinalizePackageAsync(SampleTree.Finalization(package.Id))).Package;

        Assert.Equal((PackageState.Completed, assetId.ToString()), (finalized.State, finalized.AssetId));
        Assert.Equal(before, await PlaybackAsync(titleId));
    }

    [Fact]
    public async Task KilledBeforeTheCatalogueWasTold_Sweeper_FindsAndFinishesIt()
    {
        var (titleId, tree) = (await PublishedMovieAsync(), SampleTree.New());
        var package = await UploadedAsync(titleId, tree);
        await RecordAsync(package, tree);
        await SetAsync(package, "updated_at = now() - interval '10 minutes'");

        var unfinished = await System.Service<PackageSweepStore>().ListUnfinishedAsync(TimeSpan.FromMinutes(5), limit: 1_000, default);
        var finished = await System.Service<PackageFinalizer>().FinishAsync(unfinished.Single(row => row.Id.ToString() == package.Id), default);

        Assert.Equal(PackagePhase.Completed, finished!.Phase);
        Assert.Equal(PackageState.Completed, (await Packages(1).FinalizePackageAsync(SampleTree.Finalization(package.Id))).Package.State);
    }

    [Fact]
    public async Task StorageDown_AbortPackage_IsContinuedByRepeating()
    {
        var tree = SampleTree.New();
        var package = await UploadedAsync(await System.MovieAsync(), tree);
        var abort = new AbortPackageRequest { PackageId = package.Id };
        await System.S3.StopAsync();
        try
        {
            await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, () => Packages().AbortPackageAsync(abort, Deadline()).ResponseAsync);
            await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => Packages(1).FinalizePackageAsync(SampleTree.Finalization(package.Id)).ResponseAsync);
        }
        finally
        {
            await System.S3.RestartAsync();
        }

        var aborted = await Eventually.SucceedsAsync(() => Packages(1).AbortPackageAsync(abort).ResponseAsync);
        Assert.Equal(PackageState.Aborted, aborted.Package.State);
        Assert.Empty(await ObjectsAsync(package));
    }

    [Fact]
    public async Task ClosedPackages_TakeNothingMore()
    {
        var (titleId, tree) = (await PublishedMovieAsync(), SampleTree.New());
        var file = SampleTree.File("late.ts", Content.Random(1));
        var (aborted, expired, completed) = (await CreateAsync(titleId), await CreateAsync(titleId), await FinalizedAsync(titleId, tree));
        await Packages().AbortPackageAsync(new AbortPackageRequest { PackageId = aborted.Id });
        await SetAsync(expired, "deadline = now() - interval '1 second'");

        foreach (var (package, reason) in ((HlsPackage, ErrorReason)[])
            [(aborted, ErrorReason.InvalidState), (expired, ErrorReason.UploadExpired), (completed, ErrorReason.InvalidState)])
        {
            await RpcAssert.FailsAsync(reason, () => Packages().DeclarePackageFilesAsync(new() { PackageId = package.Id, Files = { file } }).ResponseAsync);
            await RpcAssert.FailsAsync(reason, () => Packages().PresignPackageFilesAsync(new() { PackageId = package.Id }).ResponseAsync);
            await RpcAssert.FailsAsync(reason, () => Packages().ResumePackageAsync(new() { PackageId = package.Id }).ResponseAsync);
        }

        // Ends are answered as they are.
        var answer = await Packages(1).FinalizePackageAsync(SampleTree.Finalization(completed.Id));
        Assert.Equal(completed, answer.Package);
        await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => Packages().AbortPackageAsync(new() { PackageId = completed.Id }).ResponseAsync);
        await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => Packages().FinalizePackageAsync(SampleTree.Finalization(aborted.Id)).ResponseAsync);
        await RpcAssert.FailsAsync(ErrorReason.UploadExpired, () => Packages().FinalizePackageAsync(SampleTree.Finalization(expired.Id)).ResponseAsync);
        Assert.Equal(PackageState.Aborted, (await Packages(1).AbortPackageAsync(new() { PackageId = aborted.Id })).Package.State);
    }

    private async Task<PackageSession> RecordAsync(HlsPackage package, SampleTree tree)
    {
        var pending = (await Store.FindAsync(Guid.Parse(package.Id), default))!;
        var files = await System.Service<PackageFileStore>().AllAsync(pending.Id, default);
        var publication = PackagePublication.Of(pending, SampleTree.Finalization(package.Id), files.ToDictionary(file => file.Path, StringComparer.Ordinal));
        return (await Store.BeginRecordingAsync(pending, publication, default))!;
    }
}
