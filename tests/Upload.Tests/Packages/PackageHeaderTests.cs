using System.Net;
using Microsoft.AspNetCore.Http;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;
using UploadTests.Support;
using PresignedRequest = MoviesNow.Upload.V1.PresignedRequest;

namespace UploadTests.Packages;

/// <summary>What a listing does not show of a package's objects: the mark, and headers that nobody signed.</summary>
[Collection(nameof(SharedSystem))]
public sealed class PackageHeaderTests(SharedSystem shared) : PackageTest(shared)
{
    private const string Playlist = "720p/index.m3u8";
    private const string Mark = $"x-amz-meta-{UploadMark.Name}";

    [Fact]
    public async Task PresignPackageFiles_Put_IsBoundToTheMarkOfThePackage()
    {
        var tree = SampleTree.New();
        var (package, signed) = await SignedAsync(tree);
        var put = signed.Single(file => file.File.Path == Playlist).Request;
        Assert.Equal(package.Id, put.Headers[Mark]);

        var unmarked = put.Clone();
        unmarked.Headers.Remove(Mark);
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(unmarked, tree.Files[Playlist]));
        var foreign = put.Clone();
        foreign.Headers[Mark] = Guid.NewGuid().ToString();
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(foreign, tree.Files[Playlist]));
        Assert.Equal(HttpStatusCode.OK, await PutAsync(put, tree.Files[Playlist]));

        var stored = await System.Objects.HeadAsync(StorageKey.Parse(package.Prefix + Playlist), default);
        Assert.Equal(package.Id, UploadMark.Read(stored!).ToString());
    }

    [Theory]
    [InlineData(Playlist, "content-encoding", "gzip")]
    [InlineData(Playlist, "content-language", "no")]
    [InlineData("720p/segment_00000.m4s", "content-encoding", "gzip")]
    public async Task FinalizePackage_HeaderThatWasNotSigned_IsNamedAndSentAgain(string path, string header, string value)
    {
        var tree = SampleTree.New();
        var (package, signed) = await SignedAsync(tree);
        await SendAsync(signed.Where(file => file.File.Path != path), tree);
        Assert.Equal(HttpStatusCode.OK, await PutAsync(signed.Single(file => file.File.Path == path).Request, tree.Files[path], (header, value)));

        await AssertMendedAsync(package, tree, path, header);
    }

    [Fact]
    public async Task FinalizePackage_PlaylistOfAStranger_IsNamedAndSentAgain()
    {
        var tree = SampleTree.New();
        var (package, signed) = await SignedAsync(tree);
        await SendAsync(signed.Where(file => file.File.Path != Playlist), tree);

        // The same bytes, headers and ETag: only the mark is missing.
        var headers = new ObjectHeaders { ContentType = "application/vnd.apple.mpegurl", CacheControl = ContentTypes.CacheControl("application/vnd.apple.mpegurl") };
        var bytes = tree.Files[Playlist].Bytes;
        await System.Objects.PutAsync(StorageKey.Parse(package.Prefix + Playlist), new MemoryStream(bytes), bytes.Length, sha256: null, headers, default);

        await AssertMendedAsync(package, tree, Playlist, Mark);
    }

    [Fact]
    public async Task ResumePackage_WrongObject_IsRemovedByItsETag()
    {
        var tree = SampleTree.New();
        var (package, signed) = await SignedAsync(tree);
        await SendAsync(signed.Where(file => file.File.Path != Playlist), tree);
        await PlantAsync(package, Playlist, Content.Random(7));
        var etag = (await System.Objects.HeadAsync(StorageKey.Parse(package.Prefix + Playlist), default))!.ETag;
        var conditions = new List<string>();
        System.Lossy.Lose(0, request =>
        {
            if (HttpMethods.IsDelete(request.Method))
                conditions.Add(request.Headers.IfMatch.ToString().Trim('"'));
            return false;
        });

        await Packages().ResumePackageAsync(new ResumePackageRequest { PackageId = package.Id });

        Assert.Equal([etag], conditions);
    }

    private async Task AssertMendedAsync(HlsPackage package, SampleTree tree, string path, string header)
    {
        var error = await RpcAssert.FailsAsync(
            ErrorReason.PackageIncomplete, () => Packages().FinalizePackageAsync(SampleTree.Finalization(package.Id)).ResponseAsync);
        var told = RpcErrors.InfoOf(error)!.Metadata;
        Assert.Equal((path, "1"), (told["wrong_headers"], told["wrong_headers_count"]));
        Assert.Contains($"with another {header} than was signed: {path}", error.Status.Detail, StringComparison.Ordinal);

        var resumed = await Packages(1).ResumePackageAsync(new ResumePackageRequest { PackageId = package.Id });
        Assert.Equal((1, path), (resumed.RemovedObjectCount, Assert.Single(resumed.MissingFiles).File.Path));
        await SendAsync(resumed.MissingFiles, tree);
        Assert.True((await Packages(1).ResumePackageAsync(new ResumePackageRequest { PackageId = package.Id })).FilesComplete);
        Assert.Equal(PackageState.Completed, (await Packages().FinalizePackageAsync(SampleTree.Finalization(package.Id))).Package.State);
    }

    private async Task<(HlsPackage Package, IReadOnlyList<PresignedPackageFile> Signed)> SignedAsync(SampleTree tree)
    {
        var package = await CreateAsync(await PublishedMovieAsync());
        await DeclareAsync(package, tree);
        return (package, (await Packages().PresignPackageFilesAsync(new PresignPackageFilesRequest { PackageId = package.Id })).Files);
    }

    private async Task<HttpStatusCode> PutAsync(PresignedRequest put, Content content, params (string Name, string Value)[] added)
    {
        using var answer = await System.SendAsync(put, content.Bytes, added);
        return answer.StatusCode;
    }
}
