using System.Net;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Packages;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Packages;

/// <summary>What tests of packages have in common.</summary>
public abstract class PackageTest(SharedSystem shared)
{
    private protected static readonly Identity OtherAdmin = new("other@test", ["admin"], ["pwd", "otp"]);

    private protected UploadSystem System => shared.System;

    private protected PackageUploadService.PackageUploadServiceClient Packages(int replica = 0) => new(System.As(Identity.Admin, replica));

    private protected PackageStore Store => System.Service<PackageStore>();

    /// <summary>A film that is published, so that it can be played.</summary>
    private protected async Task<string> PublishedMovieAsync()
    {
        var titleId = await System.MovieAsync();
        await new TitleService.TitleServiceClient(System.Catalog(Identity.Admin)).PublishTitleAsync(new PublishTitleRequest { TitleId = titleId });
        return titleId;
    }

    private protected async Task<HlsPackage> CreateAsync(string titleId, string episodeId = "") =>
        (await Packages().CreatePackageAsync(new CreatePackageRequest { TitleId = titleId, EpisodeId = episodeId })).Package;

    private protected async Task<HlsPackage> DeclareAsync(HlsPackage package, SampleTree tree) =>
        (await Packages().DeclarePackageFilesAsync(tree.Declaration(package.Id))).Package;

    /// <summary>Signs and sends files of a package.</summary>
    private protected async Task SendAsync(HlsPackage package, SampleTree tree, params string[] paths)
    {
        var signed = await Packages(1).PresignPackageFilesAsync(new PresignPackageFilesRequest { PackageId = package.Id, Paths = { paths } });
        await SendAsync(signed.Files, tree);
    }

    private protected async Task SendAsync(IEnumerable<PresignedPackageFile> files, SampleTree tree) =>
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (file, _) =>
        {
            using var answer = await System.SendAsync(file.Request, tree.Files[file.File.Path].Bytes);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        });

    /// <summary>A package whose files are all in the bucket, and that is not finalized.</summary>
    private protected async Task<HlsPackage> UploadedAsync(string titleId, SampleTree tree, string episodeId = "")
    {
        var package = await CreateAsync(titleId, episodeId);
        await DeclareAsync(package, tree);
        await SendAsync(package, tree);
        return package;
    }

    private protected async Task<HlsPackage> FinalizedAsync(string titleId, SampleTree tree, string episodeId = "")
    {
        var package = await UploadedAsync(titleId, tree, episodeId);
        return (await Packages().FinalizePackageAsync(SampleTree.Finalization(package.Id))).Package;
    }

    private protected async Task<GetPlaybackResponse> PlaybackAsync(string titleId, string episodeId = "", Identity? identity = null) =>
        await new PlaybackService.PlaybackServiceClient(System.Catalog(identity ?? Identity.Service)).GetPlaybackAsync(
            new GetPlaybackRequest { TitleId = titleId, EpisodeId = episodeId });

    /// <summary>Every key that an answer names.</summary>
    private protected static List<string> KeysOf(GetPlaybackResponse playback) =>
        [.. playback.Variants.Select(variant => variant.StorageKey), .. playback.Subtitles.Select(text => text.StorageKey)];

    private protected async Task<HlsPackage> GetAsync(HlsPackage package) =>
        (await Packages().GetPackageAsync(new GetPackageRequest { PackageId = package.Id })).Package;

    private protected async Task<List<string>> ObjectsAsync(HlsPackage package)
    {
        var names = new List<string>();
        await foreach (var listed in System.Objects.ListAsync(package.Prefix, default))
            names.Add(listed.RawKey[package.Prefix.Length..]);
        return names;
    }

    /// <summary>Changes the row of a package, as a crash or the passing of time would.</summary>
    private protected Task SetAsync(HlsPackage package, string assignments) => System.SetAsync(package.Id, assignments, "package_upload");

    private protected Task PlantAsync(HlsPackage package, string path, Content content) => System.PlantAsync(package.Prefix + path, content.Bytes);

    private protected static CallOptions Deadline() => new(deadline: DateTime.UtcNow.AddSeconds(20));
}
