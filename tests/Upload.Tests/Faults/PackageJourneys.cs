using MoviesNow.Catalog.V1;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Packages;
using UploadTests.Support;
using static MoviesNow.Upload.Failpoint;

namespace UploadTests.Faults;

/// <summary>What clients do with HLS packages.</summary>
internal sealed class PackageJourneys(UploadSystem system)
{
    public IReadOnlyList<Journey> All =>
    [
        new("package", PackageAsync, IsSeries: false,
            PackageCreated, PackageDeclared, PackageVerified, PackageRecording, PackagePublished, PackageCompleted),
        new("aborted package", AbortedPackageAsync, IsSeries: false, PackageClosing, PackageRemoved),
    ];

    private async Task PackageAsync(FailoverClient client, string titleId)
    {
        var (package, tree) = await SentAsync(client, titleId);
        var answer = await client.PackageAsync((packages, options) => packages.FinalizePackageAsync(SampleTree.Finalization(package.Id), options));
        Assert.Equal((package.Id, PackageState.Completed), (answer.Package.Id, answer.Package.State));
        Assert.Equal(tree.Files.Count, await CountObjectsAsync(package.Prefix));
        await new TitleService.TitleServiceClient(system.Catalog(Identity.Admin)).PublishTitleAsync(new PublishTitleRequest { TitleId = titleId });
        var playback = await new PlaybackService.PlaybackServiceClient(system.Catalog(Identity.Service)).GetPlaybackAsync(new GetPlaybackRequest { TitleId = titleId });
        Assert.All(playback.Variants, variant => Assert.StartsWith(package.Prefix, variant.StorageKey, StringComparison.Ordinal));
    }

    private async Task AbortedPackageAsync(FailoverClient client, string titleId)
    {
        var (package, _) = await SentAsync(client, titleId);
        var answer = await client.PackageAsync((packages, options) => packages.AbortPackageAsync(new AbortPackageRequest { PackageId = package.Id }, options));
        Assert.Equal(PackageState.Aborted, answer.Package.State);
        Assert.Equal(0, await CountObjectsAsync(package.Prefix));
    }

    private async Task<(HlsPackage Package, SampleTree Tree)> SentAsync(FailoverClient client, string titleId)
    {
        var tree = SampleTree.New();
        var created = await client.PackageAsync((packages, options) => packages.CreatePackageAsync(new CreatePackageRequest { TitleId = titleId }, options));
        await client.PackageAsync((packages, options) => packages.DeclarePackageFilesAsync(tree.Declaration(created.Package.Id), options));
        var signed = await client.PackageAsync(
            (packages, options) => packages.PresignPackageFilesAsync(new PresignPackageFilesRequest { PackageId = created.Package.Id }, options));
        Assert.Equal(tree.Files.Count, signed.Files.Count);
        foreach (var file in signed.Files)
        {
            using var sent = await system.SendAsync(file.Request, tree.Files[file.File.Path].Bytes);
            sent.EnsureSuccessStatusCode();
        }

        return (created.Package, tree);
    }

    private async Task<int> CountObjectsAsync(string prefix) => await system.Objects.ListAsync(prefix, default).CountAsync();
}
