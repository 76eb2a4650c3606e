using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Packages;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Packages;

/// <summary>Packages of one film among each other, on three replicas.</summary>
[Collection(nameof(SharedSystem))]
public sealed class PackageRaceTests(SharedSystem shared) : PackageTest(shared)
{
    [Fact]
    public async Task FinalizePackage_OnThreeReplicasAtOnce_HasOneEffect()
    {
        var (titleId, tree) = (await PublishedMovieAsync(), SampleTree.New());
        var package = await UploadedAsync(titleId, tree);

        var answers = await Task.WhenAll(Enumerable.Range(0, 9).Select(i => Packages(Replica(i)).FinalizePackageAsync(SampleTree.Finalization(package.Id)).ResponseAsync));

        Assert.All(answers, answer => Assert.Equal(PackageState.Completed, answer.Package.State));
        var assetId = Assert.Single(answers.Select(answer => answer.Package.AssetId).Distinct());
        var assets = new AssetService.AssetServiceClient(System.Catalog(Identity.Service));
        var videos = await assets.ListAssetsAsync(new ListAssetsRequest { Scope = new AssetScope { TitleId = titleId }, Kind = AssetKind.Video });
        Assert.Equal(assetId, Assert.Single(videos.Assets).Id);
        var variants = await new StreamVariantService.StreamVariantServiceClient(System.Catalog(Identity.Service)).ListStreamVariantsAsync(
            new ListStreamVariantsRequest { AssetId = assetId });
        Assert.Equal(4, variants.Variants.Count);
        Assert.Single((await PlaybackAsync(titleId)).Subtitles);
    }

    [Fact]
    public async Task NewVersions_UnderReaders_AreSeenWholeOrNotAtAll()
    {
        var titleId = await PublishedMovieAsync();
        await FinalizedAsync(titleId, SampleTree.New());
        using var done = new CancellationTokenSource();
        Identity?[] identities = [Identity.Service, Identity.Service, null];
        var readers = identities.Select(identity => Task.Run(() => ReadAsync(titleId, identity, done.Token))).ToArray();
        var packages = new List<HlsPackage>();

        for (var version = 0; version < 6; version++)
            packages.Add(await FinalizedAsync(titleId, SampleTree.New()));

        await done.CancelAsync();
        var seen = (await Task.WhenAll(readers)).SelectMany(answers => answers).ToList();
        Assert.All(seen, keys => Assert.Equal(4, keys.Count));
        Assert.All(seen, keys => Assert.Single(keys.Select(PackageOf).Distinct()));
        Assert.True(seen.Select(keys => PackageOf(keys[0])).Distinct().Count() > 1, "the readers saw one version only");
        Assert.All(KeysOf(await PlaybackAsync(titleId)), key => Assert.StartsWith(packages[^1].Prefix, key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task NewVersion_SupersedesTheOneBefore_WhoseObjectsStayForADay()
    {
        var titleId = await PublishedMovieAsync();
        var tree = SampleTree.New();
        var old = await FinalizedAsync(titleId, tree);
        var current = await FinalizedAsync(titleId, SampleTree.New());

        var superseded = await GetAsync(old);
        Assert.Equal((PackageState.Superseded, current.Id), (superseded.State, superseded.SupersededByPackageId));
        Assert.InRange(superseded.RemoveTime.ToDateTime() - DateTime.UtcNow, TimeSpan.FromHours(23), TimeSpan.FromHours(25));
        Assert.Equal(tree.Files.Count, (await ObjectsAsync(old)).Count);

        // Repeating its call does not bring it back.
        Assert.Equal(superseded, (await Packages(1).FinalizePackageAsync(SampleTree.Finalization(old.Id))).Package);
        Assert.All(KeysOf(await PlaybackAsync(titleId)), key => Assert.StartsWith(current.Prefix, key, StringComparison.Ordinal));
        await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => Packages().AbortPackageAsync(new() { PackageId = old.Id }).ResponseAsync);
    }

    [Fact]
    public async Task PackageCheckedBeforeAndToldAfterAnother_NeverTakesItsPlace()
    {
        var titleId = await PublishedMovieAsync();
        var (slowTree, slow) = (SampleTree.New(), await CreateAsync(titleId));
        await DeclareAsync(slow, slowTree);
        await SendAsync(slow, slowTree);
        var pending = (await Store.FindAsync(Guid.Parse(slow.Id), default))!;
        var files = (await System.Service<PackageFileStore>().AllAsync(pending.Id, default)).ToDictionary(file => file.Path, StringComparer.Ordinal);
        var recording = (await Store.BeginRecordingAsync(pending, PackagePublication.Of(pending, SampleTree.Finalization(slow.Id), files), default))!;
        var fast = await FinalizedAsync(titleId, SampleTree.New());

        // The slow call is on its way still, whatever became of its row.
        Assert.Null(await System.Service<PackageCatalog>().PublishAsync(recording, default));

        Assert.All(KeysOf(await PlaybackAsync(titleId)), key => Assert.StartsWith(fast.Prefix, key, StringComparison.Ordinal));
        Assert.Equal(PackageState.Superseded, (await Packages(1).FinalizePackageAsync(SampleTree.Finalization(slow.Id))).Package.State);
        Assert.Equal(PackageState.Completed, (await GetAsync(fast)).State);
    }

    [Fact]
    public async Task ManyVersionsFinalizedAtOnce_LeaveOneThatIsPlayed()
    {
        var titleId = await PublishedMovieAsync();
        var packages = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            var tree = SampleTree.New();
            return (Package: await UploadedAsync(titleId, tree), Tree: tree);
        }));

        await Task.WhenAll(packages.SelectMany((item, i) => Enumerable.Range(0, 2).Select(
            j => Packages(Replica(i + j)).FinalizePackageAsync(SampleTree.Finalization(item.Package.Id)).ResponseAsync)));

        var rows = await Task.WhenAll(packages.Select(item => GetAsync(item.Package)));
        var played = Assert.Single(rows, row => row.State is PackageState.Completed);
        Assert.All(rows.Except([played]), row => Assert.Equal(PackageState.Superseded, row.State));
        Assert.All(KeysOf(await PlaybackAsync(titleId)), key => Assert.StartsWith(played.Prefix, key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task FinalizeAndAbortAtOnce_HaveOneWinner()
    {
        var titleId = await PublishedMovieAsync();
        for (var round = 0; round < 5; round++)
        {
            var tree = SampleTree.New();
            var package = await UploadedAsync(titleId, tree);
            var finalize = ReasonAsync(() => Packages().FinalizePackageAsync(SampleTree.Finalization(package.Id)).ResponseAsync);
            var abort = ReasonAsync(() => Packages(1).AbortPackageAsync(new AbortPackageRequest { PackageId = package.Id }).ResponseAsync);

            var outcomes = await Task.WhenAll(finalize, abort);

            var state = (await GetAsync(package)).State;
            Assert.Equal(state is PackageState.Completed ? 0 : 1, Array.IndexOf(outcomes, ""));
            Assert.Contains(state is PackageState.Completed ? outcomes[1] : outcomes[0], (string[])["INVALID_STATE", "PACKAGE_INCOMPLETE"]);
            Assert.Equal(state is PackageState.Completed ? tree.Files.Count : 0, (await ObjectsAsync(package)).Count);
        }
    }

    private static string PackageOf(string key) => key.Split('/').Single(segment => segment.StartsWith("package_", StringComparison.Ordinal));

    private static async Task<string> ReasonAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "";
        }
        catch (RpcException e)
        {
            return RpcErrors.InfoOf(e)!.Reason;
        }
    }

    /// <summary>One of three, in turn.</summary>
    private int Replica(int call) => (call % 3) switch { 0 => 0, 1 => 1, _ => System.WithoutRedis[0] };

    private async Task<List<List<string>>> ReadAsync(string titleId, Identity? identity, CancellationToken done)
    {
        var playback = new PlaybackService.PlaybackServiceClient(identity is null ? System.PublicCatalog : System.Catalog(identity));
        var seen = new List<List<string>>();
        while (!done.IsCancellationRequested)
            seen.Add(KeysOf(await playback.GetPlaybackAsync(new GetPlaybackRequest { TitleId = titleId }, cancellationToken: CancellationToken.None)));
        return seen;
    }
}
