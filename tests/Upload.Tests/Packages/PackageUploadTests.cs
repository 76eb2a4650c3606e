using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Packages;

/// <summary>A package from its creation until it is played.</summary>
[Collection(nameof(SharedSystem))]
public sealed class PackageUploadTests(SharedSystem shared) : PackageTest(shared)
{
    private const int PackageBatch = 1_000;

    [Fact]
    public async Task Package_OfAFilm_IsPlayedOnceItIsFinalized()
    {
        var (titleId, tree) = (await PublishedMovieAsync(), SampleTree.New());
        var package = await CreateAsync(titleId);
        Assert.Equal($"hls/{titleId}/package_{package.Id}/", package.Prefix);
        var declared = await DeclareAsync(package, tree);
        Assert.Equal((tree.Files.Count, tree.Bytes), (declared.FileCount, declared.TotalBytes));
        await SendAsync(package, tree);
        await RpcAssert.FailsAsync(ErrorReason.AssetNotFound, () => PlaybackAsync(titleId));

        var finalized = (await Packages().FinalizePackageAsync(SampleTree.Finalization(package.Id))).Package;

        Assert.Equal(PackageState.Completed, finalized.State);
        var playback = await PlaybackAsync(titleId);
        Assert.Equal(["1080p", "720p", "480p"], playback.Variants.Select(variant => variant.Label));
        Assert.All(playback.Variants, variant => Assert.Equal(finalized.AssetId, variant.AssetId));
        Assert.Equal("en", Assert.Single(playback.AudioTracks).Language);
        Assert.Equal($"{package.Prefix}subs/en.m3u8", Assert.Single(playback.Subtitles).StorageKey);
        Assert.Contains($"package_{package.Id}/1080p/index.m3u8", playback.HlsPlaylist, StringComparison.Ordinal);
        Assert.Contains($"package_{package.Id}/audio/en/index.m3u8", playback.HlsPlaylist, StringComparison.Ordinal);
        Assert.Contains($"package_{package.Id}/subs/en.m3u8", playback.HlsPlaylist, StringComparison.Ordinal);

        var asset = (await new AssetService.AssetServiceClient(System.Catalog(Identity.Service)).GetAssetAsync(new GetAssetRequest { AssetId = finalized.AssetId })).Asset;
        Assert.Equal($"{package.Prefix}480p/index.m3u8", asset.StorageKey);
        Assert.Equal((AssetKind.Video, true, 60_000), (asset.Kind, asset.IsPrimary, asset.Properties.DurationMs));
    }

    [Fact]
    public async Task Package_OfAnEpisode_IsPlayedForThatEpisode()
    {
        var (titleId, _, episodeId) = await System.EpisodeAsync();
        await new TitleService.TitleServiceClient(System.Catalog(Identity.Admin)).PublishTitleAsync(new PublishTitleRequest { TitleId = titleId });

        var package = await FinalizedAsync(titleId, SampleTree.New(), episodeId);

        Assert.Equal($"hls/{titleId}/{episodeId}/package_{package.Id}/", package.Prefix);
        Assert.All(KeysOf(await PlaybackAsync(titleId, episodeId)), key => Assert.StartsWith(package.Prefix, key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SignedFile_CarriesTypeAndCacheControl_AndTakesNoOtherBytes()
    {
        var (titleId, tree) = (await System.MovieAsync(), SampleTree.New());
        var package = await CreateAsync(titleId);
        await DeclareAsync(package, tree);
        var signed = (await Packages().PresignPackageFilesAsync(new PresignPackageFilesRequest
        {
            PackageId = package.Id,
            Paths = { "480p/segment_00000.m4s", "480p/index.m3u8", "480p/init.mp4", "subs/en.vtt" },
        })).Files;

        Assert.Equal(["480p/segment_00000.m4s", "480p/index.m3u8", "480p/init.mp4", "subs/en.vtt"], signed.Select(file => file.File.Path));
        Assert.Equal(["video/iso.segment", "application/vnd.apple.mpegurl", "video/mp4", "text/vtt"], signed.Select(file => file.Request.Headers["content-type"]));
        Assert.Equal(
            ["public, max-age=604800, immutable", "public, max-age=30", "public, max-age=604800, immutable", "public, max-age=86400"],
            signed.Select(file => file.Request.Headers["cache-control"]));
        var segment = tree.Files[signed[0].File.Path];
        using var damaged = await System.SendAsync(signed[0].Request, segment.Damaged().Bytes);
        Assert.Equal(HttpStatusCode.BadRequest, damaged.StatusCode);
        using var sent = await System.SendAsync(signed[0].Request, segment.Bytes);
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        using var again = await System.SendAsync(signed[0].Request, segment.Bytes);
        Assert.Equal(HttpStatusCode.PreconditionFailed, again.StatusCode);
    }

    [Fact]
    public async Task PresignPackageFiles_WithoutPaths_GoesOnByPath()
    {
        var tree = SampleTree.New(segments: 3);
        var package = await CreateAsync(await System.MovieAsync());
        await DeclareAsync(package, tree);

        var (paths, after) = (new List<string>(), "");
        while (true)
        {
            var next = await Packages(paths.Count % 2).PresignPackageFilesAsync(
                new PresignPackageFilesRequest { PackageId = package.Id, AfterPath = after, MaxFiles = 7 });
            if (next.Files.Count == 0)
                break;
            paths.AddRange(next.Files.Select(file => file.File.Path));
            after = paths[^1];
        }

        Assert.Equal(tree.Files.Keys.Order(StringComparer.Ordinal), paths);
    }

    [Fact]
    public async Task CreatePackage_RepeatedWithItsKey_FindsItsOwn()
    {
        var request = new CreatePackageRequest { TitleId = await System.MovieAsync() };
        var key = Guid.NewGuid().ToString();
        var (one, two) = (System.WithoutRedis[0], System.WithoutRedis[1]);

        var created = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Packages(i % 2 == 0 ? one : two).CreatePackageAsync(
            request, new Metadata { { IdempotencyKey.Header, key } }).ResponseAsync));

        Assert.Single(created.Select(answer => answer.Package.Id).Distinct());
        Assert.Single((await Packages().ListPackagesAsync(new ListPackagesRequest { TitleId = request.TitleId })).Packages);
    }

    [Fact]
    public async Task ListPackages_InPages_HasThemNewestFirstByState()
    {
        var titleId = await System.MovieAsync();
        var packages = new List<HlsPackage>();
        for (var i = 0; i < 3; i++)
            packages.Add(await CreateAsync(titleId));
        await Packages().AbortPackageAsync(new AbortPackageRequest { PackageId = packages[1].Id });

        var request = new ListPackagesRequest { TitleId = titleId, PageSize = 1, State = PackageState.Pending };
        var first = await Packages().ListPackagesAsync(request);
        request.PageToken = first.NextPageToken;
        var second = await Packages(1).ListPackagesAsync(request);

        Assert.Equal([packages[2].Id, packages[0].Id], first.Packages.Concat(second.Packages).Select(package => package.Id));
        Assert.Empty(second.NextPageToken);
        request.State = PackageState.Aborted;
        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, () => Packages().ListPackagesAsync(request).ResponseAsync);
    }

    [Fact]
    public async Task Package_OfAnotherAdmin_IsContinuedAndKeepsItsOwner()
    {
        var (titleId, tree) = (await PublishedMovieAsync(), SampleTree.New());
        var package = await UploadedAsync(titleId, tree);
        var other = new PackageUploadService.PackageUploadServiceClient(System.As(OtherAdmin));

        var finalized = (await other.FinalizePackageAsync(SampleTree.Finalization(package.Id))).Package;

        Assert.Equal((PackageState.Completed, Identity.Admin.Subject), (finalized.State, finalized.Owner));
    }

    [Fact]
    public async Task FinalizePackage_RuleOfVariantsBroken_NamesTheFieldAndCanBeMended()
    {
        var (titleId, tree) = (await PublishedMovieAsync(), SampleTree.New());
        var package = await UploadedAsync(titleId, tree);
        var request = SampleTree.Finalization(package.Id);
        request.Variants[1].Height = 700;
        await RpcAssert.FailsOnFieldsAsync(["variants[1].height"], () => Packages().FinalizePackageAsync(request).ResponseAsync);
        request.Variants[1].Height = 720;
        request.Variants[1].StorageKey = "720p/other.m3u8";
        request.Texts[0].Path = "../secret.m3u8";
        await RpcAssert.FailsOnFieldsAsync(["variants[1].storage_key", "texts[0].path"], () => Packages().FinalizePackageAsync(request).ResponseAsync);
        Assert.Equal(PackageState.Pending, (await GetAsync(package)).State);
        await RpcAssert.FailsAsync(ErrorReason.AssetNotFound, () => PlaybackAsync(titleId));

        Assert.Equal(PackageState.Completed, (await Packages().FinalizePackageAsync(SampleTree.Finalization(package.Id))).Package.State);
    }

    [Fact]
    public async Task Package_OfATitleWithAMaster_PlaysOnItsAssetAndKeepsOtherMedia()
    {
        var (titleId, tree) = (await PublishedMovieAsync(), SampleTree.New());
        var assets = new AssetService.AssetServiceClient(System.Catalog(Identity.Service));
        var scope = new AssetScope { TitleId = titleId };
        var master = (await assets.RecordAssetAsync(new RecordAssetRequest
        {
            Scope = scope,
            Kind = AssetKind.Video,
            StorageKey = $"originals/{titleId}/master.mov",
            MimeType = "video/quicktime",
            IsPrimary = true,
        })).Asset;
        var single = (await assets.RecordAssetAsync(new RecordAssetRequest
        {
            Scope = scope,
            Kind = AssetKind.Subtitle,
            StorageKey = $"subs/title/{titleId}/fr.vtt",
            Language = "fr",
            MimeType = "text/vtt",
        })).Asset;

        await FinalizedAsync(titleId, tree);
        var package = await FinalizedAsync(titleId, SampleTree.New());

        Assert.Equal(master.Id, package.AssetId);
        Assert.Equal(master.StorageKey, (await assets.GetAssetAsync(new GetAssetRequest { AssetId = master.Id })).Asset.StorageKey);
        Assert.Equal([$"{package.Prefix}subs/en.m3u8", single.StorageKey], (await PlaybackAsync(titleId)).Subtitles.Select(text => text.StorageKey));
    }

    [Fact]
    public async Task FinalizePackage_ManyFiles_AsksByListingAndLooksAtAFew()
    {
        var (titleId, tree) = (await PublishedMovieAsync(), SampleTree.New(segments: 300));
        var package = await CreateAsync(titleId);
        foreach (var batch in tree.Declared().Chunk(PackageBatch))
            await Packages().DeclarePackageFilesAsync(new DeclarePackageFilesRequest { PackageId = package.Id, Files = { batch } });
        for (var after = ""; after is not null;)
        {
            var next = (await Packages().PresignPackageFilesAsync(new PresignPackageFilesRequest { PackageId = package.Id, AfterPath = after })).Files;
            await SendAsync(next, tree);
            after = next.Count == 0 ? null : next[^1].File.Path;
        }

        var (lists, others) = (0, 0);
        System.Lossy.Lose(0, request =>
        {
            var isList = HttpMethods.IsGet(request.Method) && request.Query["prefix"] == package.Prefix;
            Interlocked.Add(ref lists, isList ? 1 : 0);
            Interlocked.Add(ref others, request.Path.Value!.Contains(package.Id, StringComparison.Ordinal) ? 1 : 0);
            return false;
        });
        var finalized = (await Packages().FinalizePackageAsync(SampleTree.Finalization(package.Id))).Package;

        Assert.Equal((PackageState.Completed, tree.Files.Count), (finalized.State, finalized.FileCount));

        // Two pages; and the playlists with a sample of the rest.
        var playlists = tree.Files.Keys.Count(path => path.EndsWith(".m3u8", StringComparison.Ordinal));
        Assert.Equal((2, playlists + 100), (lists, others));
    }

    [Fact]
    public async Task Errors_NeverTellSignedUrls()
    {
        var package = await CreateAsync(await System.MovieAsync());
        await DeclareAsync(package, SampleTree.New());

        var error = await RpcAssert.FailsAsync(
            ErrorReason.PackageIncomplete, () => Packages().FinalizePackageAsync(SampleTree.Finalization(package.Id)).ResponseAsync);

        Assert.DoesNotContain("X-Amz", $"{error.Status.Detail}{string.Join(' ', RpcErrors.InfoOf(error)!.Metadata.Values)}", StringComparison.OrdinalIgnoreCase);
    }
}
