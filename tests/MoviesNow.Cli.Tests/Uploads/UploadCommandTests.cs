using MoviesNow.Catalog.V1;
using MoviesNow.Upload.V1;
using UploadMessage = MoviesNow.Upload.V1.Upload;

namespace MoviesNow.Cli.Tests.Uploads;

[Collection(UploadTestGroup.Name)]
public sealed class UploadCommandTests : IDisposable
{
    private readonly UploadHost _host;
    private readonly UploadFiles _files = new();

    public UploadCommandTests(UploadHost host)
    {
        _host = host;
        _host.Gateway.Reset();
    }

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("poster.JPG", UploadPurpose.Artwork, "image/jpeg", AssetKind.Poster)]
    [InlineData("film.mkv", UploadPurpose.Original, "video/x-matroska", AssetKind.Original)]
    [InlineData("film.no.vtt", UploadPurpose.Subtitle, "text/vtt", AssetKind.Subtitle, "--language", "no")]
    [InlineData("back 100%+\u00e9\U0001F600\".png", UploadPurpose.Artwork, "image/png", AssetKind.Backdrop, "--kind", "backdrop")]
    [InlineData("scan", UploadPurpose.Artwork, "image/webp", AssetKind.Poster, "--purpose", "artwork", "--content-type", "image/webp")]
    public async Task Upload_ASmallFile_IsOneRequestAndRecordedAsWhatItIs(string name, UploadPurpose purpose, string type, AssetKind kind, params string[] options)
    {
        var (file, bytes) = await _files.CreateAsync(name, 70_000);
        var title = await _host.MovieAsync();

        var done = await _host.Cli.OneAsync<FinalizeUploadResponse>(["upload", file, "--title", title, .. options]);

        Assert.Equal((UploadState.Completed, UploadMethod.SinglePut, name, type), (done.Upload.State, done.Upload.Method, done.Upload.FileName, done.Upload.ContentType));
        Assert.Equal((purpose, kind, title), (done.Upload.Target.Purpose, done.Upload.Target.AssetKind, done.Upload.Target.TitleId));
        Assert.NotEmpty(done.AssetId);
        Assert.Single(_host.Gateway.Stored);
        Assert.Equal(bytes, await _host.ObjectAsync(done.Upload.StorageKey));
    }

    [Theory]
    [InlineData((int)UploadHost.PartSize, 1)]
    [InlineData((int)UploadHost.PartSize + 1, 2)]
    [InlineData((int)(5 * UploadHost.PartSize) - 1, 5)]
    public async Task Upload_InParts_SendsEachOnceAndTheBytesAreEqual(int size, int parts)
    {
        var (file, bytes) = await _files.CreateAsync("film.mp4", size);

        var done = await _host.Cli.OneAsync<FinalizeUploadResponse>("upload", file, "--title", await _host.MovieAsync(), "--method", "multipart");

        Assert.Equal((UploadState.Completed, parts), (done.Upload.State, done.Upload.PartPlan.PartCount));
        Assert.Equal(parts, _host.Gateway.Stored.Count);
        Assert.Equal(bytes, await _host.ObjectAsync(done.Upload.StorageKey));
    }

    [Theory]
    [InlineData("film.xyz", 1, "--content-type")]
    [InlineData("film.mp4", 0, "is empty")]
    [InlineData("turned\u202e.mp4", 1, "--file-name")]
    [InlineData("missing.mp4", -1, "cannot be read")]
    [InlineData("plain.vtt", 1, "target.language is required")]
    public async Task Upload_UnfitFile_SaysWhyAndOpensNothing(string name, int size, string expected)
    {
        var file = size < 0 ? name : (await _files.CreateAsync(name, size)).File;
        var title = await _host.MovieAsync();

        var ended = await _host.Cli.RunAsync("upload", file, "--title", title);

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.Contains(expected, ended.Errors, StringComparison.Ordinal);
        Assert.Empty((await _host.Uploads.ListUploadsAsync(new ListUploadsRequest { TitleId = title })).Uploads);
    }

    [Fact]
    public async Task Upload_OfAFileThatIsUnderWay_RefusesUnlessToldToResume()
    {
        var (file, bytes) = await _files.CreateAsync("film.mp4", 1_000);
        var title = await _host.MovieAsync();
        var pending = await CreatePendingAsync(title, bytes);

        var refused = await _host.Cli.RunAsync("upload", file, "--title", title);
        var done = await _host.Cli.OneAsync<FinalizeUploadResponse>("upload", file, "--title", title, "--resume");
        var again = await _host.Cli.OneAsync<FinalizeUploadResponse>("upload", file, "--title", title, "--resume");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"moviesnow upload abort {pending.Id}", refused.Errors, StringComparison.Ordinal);
        Assert.Equal((pending.Id, UploadState.Completed), (done.Upload.Id, done.Upload.State));
        Assert.Equal(done, again);
        Assert.Single(_host.Gateway.Stored);
    }

    [Fact]
    public async Task Upload_ResumeWhereOnlyOthersAre_BeginsOne()
    {
        var (file, bytes) = await _files.CreateAsync("film.mp4", 1_000);
        var title = await _host.MovieAsync();
        var late = await CreatePendingAsync(title, bytes);
        await _host.SetAsync(late.Id, "deadline = now() - interval '1 minute', created_at = now() - interval '2 days'");
        var other = await CreatePendingAsync(title, [.. bytes, 1]);

        var done = await _host.Cli.OneAsync<FinalizeUploadResponse>("upload", file, "--title", title, "--resume");

        Assert.DoesNotContain(done.Upload.Id, (string[])[late.Id, other.Id]);
    }

    [Fact]
    public async Task Uploads_ThatThereAre_AreListedShownAndAborted()
    {
        var title = await _host.MovieAsync();
        var pending = await CreatePendingAsync(title, new byte[10]);

        var listed = await _host.Cli.OneAsync<UploadMessage>("upload", "list", "--title", title, "--state", "pending");
        var table = await _host.Cli.OutputAsync("upload", "list", "--title", title);
        var shown = await _host.Cli.OneAsync<UploadMessage>("upload", "show", pending.Id);
        var aborted = await _host.Cli.OneAsync<UploadMessage>("upload", "abort", pending.Id);

        Assert.Equal((pending, pending), (listed, shown));
        Assert.Contains(pending.StorageKey, table, StringComparison.Ordinal);
        Assert.Equal((pending.Id, UploadState.Aborted), (aborted.Id, aborted.State));
    }

    private async Task<UploadMessage> CreatePendingAsync(string title, byte[] bytes)
    {
        // As the command line's administrator.
        var client = new UploadService.UploadServiceClient(_host.AsCli());
        return (await client.CreateUploadAsync(new CreateUploadRequest
        {
            Target = new UploadTarget { TitleId = title, Purpose = UploadPurpose.Original },
            FileName = "film.mp4",
            ContentType = "video/mp4",
            SizeBytes = bytes.Length,
            Sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)),
        })).Upload;
    }
}
