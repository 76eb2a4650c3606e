using System.Net;
using Microsoft.AspNetCore.Http;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Packages;
using MoviesNow.Upload.V1;
using Npgsql;
using UploadTests.Support;

namespace UploadTests.Packages;

/// <summary>Storage without checksums, and what is left below prefixes of closed packages.</summary>
[Collection(nameof(SharedSystem))]
public sealed class PackageStorageTests(SharedSystem shared) : PackageTest(shared)
{
    private static readonly Dictionary<string, string?> NoChecksums = new(StringComparer.Ordinal)
    {
        ["Storage:Capabilities:Checksums"] = "false",
        ["Upload:Packages:Parallelism"] = "2",
    };

    [Fact]
    public async Task StorageWithoutChecksums_WrongBytes_AreFoundOnceAndSentAgain()
    {
        var replica = System.AddReplica(NoChecksums);
        var (titleId, tree) = (await PublishedMovieAsync(), SampleTree.New());
        var package = await CreateAsync(titleId);
        await DeclareAsync(package, tree);
        var signed = (await Packages(replica).PresignPackageFilesAsync(new PresignPackageFilesRequest { PackageId = package.Id })).Files;
        var bad = signed.Single(file => file.File.Path == "720p/segment_00000.m4s");
        using (var answer = await System.SendAsync(bad.Request, tree.Files[bad.File.Path].Damaged().Bytes))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await SendAsync(signed.Where(file => !file.Equals(bad)), tree);

        var reads = 0;
        System.Lossy.Lose(0, request =>
        {
            var isRead = HttpMethods.IsGet(request.Method) && request.Path.Value!.Contains(package.Id, StringComparison.Ordinal);
            Interlocked.Add(ref reads, isRead ? 1 : 0);
            return false;
        });
        for (var call = 0; call < 2; call++)
        {
            var error = await RpcAssert.FailsAsync(
                ErrorReason.PackageIncomplete, () => Packages(replica).FinalizePackageAsync(SampleTree.Finalization(package.Id)).ResponseAsync);
            Assert.Equal(bad.File.Path, RpcErrors.InfoOf(error)!.Metadata["wrong_checksum"]);
        }

        // Each object was read once; those that were right are not read again.
        Assert.Equal(tree.Files.Count, reads);
        var resumed = await Packages(replica).ResumePackageAsync(new ResumePackageRequest { PackageId = package.Id });
        Assert.Equal((1, bad.File.Path), (resumed.RemovedObjectCount, Assert.Single(resumed.MissingFiles).File.Path));
        await SendAsync(resumed.MissingFiles, tree);
        Assert.Equal(PackageState.Completed, (await Packages(replica).FinalizePackageAsync(SampleTree.Finalization(package.Id))).Package.State);
        Assert.Equal(tree.Files.Count + 1, reads);
    }

    [Fact]
    public async Task CheckThatBeganBeforeARemoval_DoesNotCount()
    {
        var tree = SampleTree.New();
        var package = await UploadedAsync(await System.MovieAsync(), tree);
        var before = (await Store.FindSettledAsync(Guid.Parse(package.Id), default))!;

        Assert.True(await Store.RemoveAsync(before, _ => Task.CompletedTask, default));
        Assert.False(await Store.RemoveAsync(before, _ => throw new InvalidOperationException("The listing is from before the removal."), default));

        Assert.Null(await Store.BeginRecordingAsync(before, [1], default));
        Assert.NotNull(await Store.BeginRecordingAsync((await Store.FindSettledAsync(before.Id, default))!, [1], default));
        await Store.GiveUpRecordingAsync(before.Id, default);
        await DeclareMoreAsync(package);
        Assert.Null(await Store.BeginRecordingAsync(before with { Removals = 1 }, [1], default));
    }

    [Fact]
    public async Task LatePutOfAnAbortedPackage_IsSweptOnceItsUrlsAreDead()
    {
        var tree = SampleTree.New();
        var package = await CreateAsync(await System.MovieAsync());
        await DeclareAsync(package, tree);
        var signed = (await Packages().PresignPackageFilesAsync(new PresignPackageFilesRequest { PackageId = package.Id })).Files;
        await Packages().AbortPackageAsync(new AbortPackageRequest { PackageId = package.Id });
        await SendAsync(signed.Take(1), tree);
        Assert.Single(await ObjectsAsync(package));

        var row = (await Store.FindAsync(Guid.Parse(package.Id), default))!;
        Assert.True(row.WritableUntil >= signed.Max(file => file.Request.ExpireTime.ToDateTimeOffset()));
        Assert.False(await IsUnclearedAsync(package, TimeSpan.Zero));
        Assert.True(await IsUnclearedAsync(package, TimeSpan.FromHours(2.1)));
        Assert.False(await CloserAt(TimeSpan.Zero).ClearAsync(row, default));
        Assert.True(await CloserAt(TimeSpan.FromHours(2.1)).ClearAsync(row, default));
        Assert.False(await IsUnclearedAsync(package, TimeSpan.FromHours(3)));
        Assert.Empty(await ObjectsAsync(package));
        Assert.Empty(await System.Service<PackageFileStore>().AllAsync(row.Id, default));
    }

    [Fact]
    public async Task SupersededPackage_IsSweptAfterItsTimeAndOnlyIt()
    {
        var titleId = await PublishedMovieAsync();
        var tree = SampleTree.New();
        var (old, current) = (await FinalizedAsync(titleId, tree), await FinalizedAsync(titleId, tree));

        Assert.False(await IsUnclearedAsync(old, TimeSpan.FromHours(23)));
        Assert.True(await IsUnclearedAsync(old, TimeSpan.FromHours(25)));
        Assert.False(await IsUnclearedAsync(current, TimeSpan.FromHours(25)));
        Assert.True(await CloserAt(TimeSpan.FromHours(25)).ClearAsync((await Store.FindAsync(Guid.Parse(old.Id), default))!, default));
        Assert.Empty(await ObjectsAsync(old));
        Assert.Equal(tree.Files.Count, (await ObjectsAsync(current)).Count);
        Assert.Equal(PackageState.Superseded, (await GetAsync(old)).State);
    }

    [Fact]
    public async Task PackagePastItsDeadline_IsExpiredByTheSweeperOrByAbort()
    {
        var tree = SampleTree.New();
        var (swept, aborted) = (await UploadedAsync(await System.MovieAsync(), tree), await UploadedAsync(await System.MovieAsync(), tree));
        await SetAsync(swept, "deadline = now() - interval '1 second'");
        await SetAsync(aborted, "deadline = now() - interval '1 second'");

        var due = await System.Service<PackageSweepStore>().ListPastDeadlineAsync(limit: 1_000, default);
        var expired = await System.Service<PackageCloser>().ExpireAsync(due.Single(row => row.Id.ToString() == swept.Id), default);
        await Packages().AbortPackageAsync(new AbortPackageRequest { PackageId = aborted.Id });

        Assert.Equal(PackagePhase.Expired, expired!.Phase);
        Assert.Equal(PackageState.Expired, (await GetAsync(swept)).State);
        Assert.Empty(await ObjectsAsync(swept));
        Assert.Equal(PackageState.Aborted, (await GetAsync(aborted)).State);
        await RpcAssert.FailsAsync(ErrorReason.UploadExpired, () => Packages().FinalizePackageAsync(SampleTree.Finalization(swept.Id)).ResponseAsync);
        Assert.Equal(PackageState.Expired, (await Packages().AbortPackageAsync(new AbortPackageRequest { PackageId = swept.Id })).Package.State);
    }

    [Fact]
    public void Validate_OptionsOutOfRange_NamesEveryKey()
    {
        var result = new PackageOptionsValidator().Validate(
            name: null, new PackageOptions { Deadline = TimeSpan.Zero, SupersededRetention = TimeSpan.FromDays(31), Parallelism = 0 });
        Assert.Equal(
            ["Upload:Packages:Deadline", "Upload:Packages:Parallelism", "Upload:Packages:SupersededRetention"],
            result.Failures!.Select(failure => failure.Split(' ')[0]).Order());
    }

    private async Task DeclareMoreAsync(HlsPackage package) => await Packages().DeclarePackageFilesAsync(
        new DeclarePackageFilesRequest { PackageId = package.Id, Files = { SampleTree.File("more.ts", Content.Random(1)) } });

    private PackageSweepStore SweepsAt(TimeSpan ahead) => new(System.Service<NpgsqlDataSource>(), new Ahead(ahead));

    private PackageCloser CloserAt(TimeSpan ahead) => new(
        Store, SweepsAt(ahead), System.Objects, System.Service<PackageTelemetry>(), Microsoft.Extensions.Options.Options.Create(new PackageOptions()));

    private async Task<bool> IsUnclearedAsync(HlsPackage package, TimeSpan ahead) =>
        (await SweepsAt(ahead).ListUnclearedAsync(limit: 10_000, default)).Exists(row => row.Id.ToString() == package.Id);

    private sealed class Ahead(TimeSpan time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => global::System.TimeProvider.System.GetUtcNow() + time;
    }
}
