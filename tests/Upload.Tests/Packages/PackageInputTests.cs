using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Packages;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Packages;

/// <summary>What is refused of requests.</summary>
[Collection(nameof(SharedSystem))]
public sealed class PackageInputTests(SharedSystem shared) : PackageTest(shared)
{
    private const long MaxFile = 5L << 30;

    private static readonly string AnyId = Guid.CreateVersion7().ToString();

    public static TheoryData<string> BadPaths =>
    [
        "", "..", "../a.m4s", "a/../b.m4s", "./a.m4s", "a/./b.m4s", "/a.m4s", "a//b.m4s", "a/", "a\\b.m4s", "C:\\a.m4s", "a\0.m4s", "a\n.m4s",
        "\U0001F600.m4s", "\u00E4.m4s", "a b.m4s", "a%2e.m4s", "a?b.m4s", "a'b.m4s", "\u202Ea.m4s", "a", "a.exe", "a.m4s.html", "a.key", "m4s", "a.zip",
        "0198c0de-7a5b-7c3d-8e9f-0123456789ab/a.m4s", new string('a', 697) + ".m4s",
    ];

    [Theory]
    [MemberData(nameof(BadPaths))]
    public async Task DeclarePackageFiles_BadPath_IsRefused(string path)
    {
        var package = await CreateAsync(await System.MovieAsync());
        var file = SampleTree.File("good.m4s", Content.Random(1));

        await RpcAssert.FailsOnFieldsAsync(
            ["files[1].path"],
            () => Packages().DeclarePackageFilesAsync(new DeclarePackageFilesRequest { PackageId = package.Id, Files = { file, With(file, path) } }).ResponseAsync);
        Assert.Equal(0, (await GetAsync(package)).FileCount);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(1, true)]
    [InlineData(MaxFile, true)]
    [InlineData(MaxFile + 1, false)]
    public async Task DeclarePackageFiles_Size_IsOneByteToFiveGiB(long size, bool isGood)
    {
        var package = await CreateAsync(await System.MovieAsync());
        var request = new DeclarePackageFilesRequest
        {
            PackageId = package.Id,
            Files = { new PackageFile { Path = "a.ts", SizeBytes = size, Sha256 = Content.Random(1).Sha256 } },
        };

        if (isGood)
            Assert.Equal(size, (await Packages().DeclarePackageFilesAsync(request)).Package.TotalBytes);
        else
            await RpcAssert.FailsOnFieldsAsync(["files[0].size_bytes"], () => Packages().DeclarePackageFilesAsync(request).ResponseAsync);
    }

    [Fact]
    public async Task DeclarePackageFiles_BadDigestsAndDuplicates_AreAllNamed()
    {
        var (one, two) = (Content.Random(1), Content.Random(2));
        var request = new DeclarePackageFilesRequest
        {
            PackageId = AnyId,
            Files =
            {
                SampleTree.File("a.ts", one), SampleTree.File("a.ts", one), SampleTree.File("a.ts", two), SampleTree.File("A.ts", one),
                new PackageFile { Path = "b.ts", SizeBytes = 1, Sha256 = one.Sha256.ToUpperInvariant() }, new PackageFile { Path = "c.ts", SizeBytes = 1 },
            },
        };

        await RpcAssert.FailsOnFieldsAsync(
            ["files[2].path", "files[3].path", "files[4].sha256", "files[5].sha256"], () => Packages().DeclarePackageFilesAsync(request).ResponseAsync);
        await RpcAssert.FailsOnFieldsAsync(
            ["package_id", "files"], () => Packages().DeclarePackageFilesAsync(new DeclarePackageFilesRequest { PackageId = "x" }).ResponseAsync);
    }

    [Fact]
    public async Task DeclarePackageFiles_Again_IsNoErrorWithTheSameFactsOnly()
    {
        var tree = SampleTree.New();
        var package = await CreateAsync(await System.MovieAsync());
        await DeclareAsync(package, tree);
        var more = SampleTree.File("extra.ts", Content.Random(5));

        var again = (await Packages(1).DeclarePackageFilesAsync(new DeclarePackageFilesRequest { PackageId = package.Id, Files = { tree.Declared(), more } })).Package;
        Assert.Equal((tree.Files.Count + 1, tree.Bytes + 5), (again.FileCount, again.TotalBytes));

        foreach (var changed in (PackageFile[])[SampleTree.File("480p/init.mp4", Content.Random(100)), SampleTree.File("480P/init.mp4", tree.Files["480p/init.mp4"])])
        {
            var error = await RpcAssert.FailsAsync(
                ErrorReason.PackageFileExists,
                () => Packages().DeclarePackageFilesAsync(
                    new DeclarePackageFilesRequest { PackageId = package.Id, Files = { SampleTree.File("new.ts", Content.Random(1)), changed } }).ResponseAsync);
            Assert.Equal((changed.Path, "1"), (RpcErrors.InfoOf(error)!.Metadata["paths"], RpcErrors.InfoOf(error)!.Metadata["count"]));
        }

        // All of a call or none.
        Assert.Equal(again.FileCount, (await GetAsync(package)).FileCount);
        await RpcAssert.FailsOnFieldsAsync(
            ["paths[0]"],
            () => Packages().PresignPackageFilesAsync(new PresignPackageFilesRequest { PackageId = package.Id, Paths = { "new.ts" } }).ResponseAsync);
    }

    [Fact]
    public async Task DeclarePackageFiles_TwentyThousand_AreTakenAndOneMoreIsNot()
    {
        var package = await CreateAsync(await System.MovieAsync());
        var content = Content.Random(1);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(batch => Packages(batch % 2).DeclarePackageFilesAsync(new DeclarePackageFilesRequest
        {
            PackageId = package.Id,
            Files = { Enumerable.Range(0, 1_000).Select(i => SampleTree.File($"{batch}/{i}.ts", content)) },
        }).ResponseAsync));
        Assert.Equal(PackageFileStore.MaxFiles, (await GetAsync(package)).FileCount);

        var error = await RpcAssert.FailsAsync(
            ErrorReason.PackageFull,
            () => Packages().DeclarePackageFilesAsync(
                new DeclarePackageFilesRequest { PackageId = package.Id, Files = { SampleTree.File("one.ts", content) } }).ResponseAsync);
        Assert.Equal("20001", RpcErrors.InfoOf(error)!.Metadata["count"]);
        await RpcAssert.FailsOnFieldsAsync(
            ["files"],
            () => Packages().DeclarePackageFilesAsync(new DeclarePackageFilesRequest
            {
                PackageId = package.Id,
                Files = { Enumerable.Range(0, 1_001).Select(i => SampleTree.File($"x/{i}.ts", content)) },
            }).ResponseAsync);

        var resumed = await Packages().ResumePackageAsync(new ResumePackageRequest { PackageId = package.Id, MaxFiles = 5_000 });
        Assert.Equal((20_000, 1_000, false), (resumed.MissingFileCount, resumed.MissingFiles.Count, resumed.FilesComplete));
    }

    [Fact]
    public async Task PresignPackageFiles_BadPaths_AreRefused()
    {
        var package = await CreateAsync(await System.MovieAsync());
        await DeclareAsync(package, SampleTree.New());

        await FailsAsync(["paths[1]", "paths[2]"], new() { Paths = { "480p/init.mp4", "480P/init.mp4", "../480p/init.mp4" } });
        await FailsAsync(["paths"], new() { Paths = { "480p/init.mp4", "480p/init.mp4" } });
        await FailsAsync(["paths"], new() { Paths = { Enumerable.Range(0, 1_001).Select(i => $"{i}.ts") } });
        await FailsAsync(["paths"], new() { Paths = { "a\0b" } });
        await FailsAsync(["after_path"], new() { AfterPath = "a\0b" });
        await FailsAsync(["after_path", "max_files"], new() { Paths = { "480p/init.mp4" }, AfterPath = "a", MaxFiles = 1 });
        await FailsAsync(["max_files"], new() { MaxFiles = -1 });

        Task FailsAsync(string[] fields, PresignPackageFilesRequest request)
        {
            request.PackageId = package.Id;
            return RpcAssert.FailsOnFieldsAsync(fields, () => Packages().PresignPackageFilesAsync(request).ResponseAsync);
        }
    }

    [Fact]
    public async Task CreatePackage_BadTargets_AreRefused()
    {
        var (seriesId, _, episodeId) = await System.EpisodeAsync();
        var movieId = await System.MovieAsync();
        await RpcAssert.FailsOnFieldsAsync(["title_id", "episode_id", "encryption"], () => Packages().CreatePackageAsync(
            new CreatePackageRequest { TitleId = "x", EpisodeId = "y", Encryption = (ServerSideEncryption)9 }).ResponseAsync);
        await RpcAssert.FailsOnFieldsAsync(["episode_id"], () => CreateAsync(seriesId));
        await RpcAssert.FailsOnFieldsAsync(["episode_id"], () => CreateAsync(movieId, episodeId));
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, () => CreateAsync(AnyId));
        await RpcAssert.FailsAsync(ErrorReason.EpisodeNotFound, () => CreateAsync(seriesId, AnyId));
        await RpcAssert.FailsAsync(ErrorReason.EpisodeNotFound, async () => await CreateAsync(await System.SeriesAsync(), episodeId));
    }

    [Fact]
    public async Task UnknownPackage_IsNotFound()
    {
        var file = SampleTree.File("a.ts", Content.Random(1));
        Func<Task>[] calls =
        [
            () => Packages().GetPackageAsync(new() { PackageId = AnyId }).ResponseAsync,
            () => Packages().DeclarePackageFilesAsync(new() { PackageId = AnyId, Files = { file } }).ResponseAsync,
            () => Packages().PresignPackageFilesAsync(new() { PackageId = AnyId }).ResponseAsync,
            () => Packages().ResumePackageAsync(new() { PackageId = AnyId }).ResponseAsync,
            () => Packages().FinalizePackageAsync(SampleTree.Finalization(AnyId)).ResponseAsync,
            () => Packages().AbortPackageAsync(new() { PackageId = AnyId }).ResponseAsync,
        ];
        foreach (var call in calls)
            await RpcAssert.FailsAsync(ErrorReason.PackageNotFound, call);
    }

    private static PackageFile With(PackageFile file, string path)
    {
        var changed = file.Clone();
        changed.Path = path;
        return changed;
    }
}
