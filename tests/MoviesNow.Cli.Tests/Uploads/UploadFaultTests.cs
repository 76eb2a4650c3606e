using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Tests.Uploads;

/// <summary>What happens on the way to the bucket, and to the file meanwhile.</summary>
[Collection(UploadTestGroup.Name)]
public sealed class UploadFaultTests : IDisposable
{
    private readonly UploadHost _host;
    private readonly UploadFiles _files = new();

    public UploadFaultTests(UploadHost host)
    {
        _host = host;
        _host.Gateway.Reset();
    }

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(503, "SlowDown")]
    [InlineData(500, "InternalError")]
    [InlineData(400, "RequestTimeout")]
    [InlineData(400, "BadDigest")]
    [InlineData(403, "AccessDenied")]
    public async Task Upload_StorageRefusesAPartOnce_SendsItAgain(int status, string code)
    {
        var refused = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        _host.Gateway.Before = context => PartOf(context) is "2" or "4" && refused.TryAdd(PartOf(context), context.Request.QueryString.Value!)
            ? StorageGateway.RefuseAsync(context, status, code)
            : Task.FromResult(false);

        var done = await UploadAsync();

        Assert.Equal((2, 5), (refused.Count, _host.Gateway.Stored.Count));
        Assert.Equal(done.Bytes, await _host.ObjectAsync(done.Answer.Upload.StorageKey));
    }

    [Fact]
    public async Task Upload_ConnectionsCutInsideAPart_SendsItAgain()
    {
        var cut = 0;
        _host.Gateway.Before = async context =>
        {
            if (Interlocked.Increment(ref cut) > 3)
            {
                return false;
            }

            await context.Request.Body.ReadExactlyAsync(new byte[100_000]);
            context.Abort();
            return true;
        };

        var done = await UploadAsync();

        Assert.Equal(5, _host.Gateway.Stored.Count);
        Assert.Equal(done.Bytes, await _host.ObjectAsync(done.Answer.Upload.StorageKey));
    }

    [Theory]
    [InlineData("content-encoding", "gzip")]
    [InlineData("content-language", "no")]
    public async Task Upload_HeaderAddedOnTheWay_SendsItAgain(string name, string value)
    {
        var (file, bytes) = await _files.CreateAsync("film.mp4", 100_000);
        var marks = new ConcurrentQueue<string>();
        _host.Gateway.Before = context =>
        {
            if (marks.IsEmpty)
            {
                context.Request.Headers[name] = value;
            }

            marks.Enqueue(context.Request.Headers["x-amz-meta-moviesnow-upload"].ToString());
            return Task.FromResult(false);
        };

        var done = await _host.Cli.OneAsync<FinalizeUploadResponse>("upload", file, "--title", await _host.MovieAsync());

        Assert.Equal([done.Upload.Id, done.Upload.Id], marks);
        Assert.Equal(UploadState.Completed, done.Upload.State);
        Assert.Equal(bytes, await _host.ObjectAsync(done.Upload.StorageKey));
    }

    [Fact]
    public async Task Upload_AnswerOfASinglePutLost_IsFoundToBeThere()
    {
        var (file, bytes) = await _files.CreateAsync("film.mp4", 100_000);
        var requests = 0;
        _host.Gateway.AfterStored = context =>
        {
            if (Interlocked.Increment(ref requests) == 1)
            {
                context.Abort();
            }
        };

        var done = await _host.Cli.OneAsync<FinalizeUploadResponse>("upload", file, "--title", await _host.MovieAsync());

        Assert.Equal(UploadState.Completed, done.Upload.State);
        Assert.Equal(bytes, await _host.ObjectAsync(done.Upload.StorageKey));
    }

    [Fact]
    public async Task Upload_StorageRefusesForGood_FailsAtOnceAndSaysHowToGoOn()
    {
        _host.Gateway.Before = context => StorageGateway.RefuseAsync(context, 400, "EntityTooLarge");
        var (file, _) = await _files.CreateAsync("film.mp4", 1_000);

        var ended = await _host.Cli.RunAsync("upload", file, "--title", await _host.MovieAsync());

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.StartsWith("The storage refused the upload: 400 EntityTooLarge.", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("--resume", ended.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, "became shorter")]
    [InlineData(1, "became longer")]
    [InlineData(0, "was written to")]
    public async Task Upload_FileChangesWhileItIsSent_SaysSoAndCompletesNothing(int growth, string expected)
    {
        var (file, bytes) = await _files.CreateAsync("film.mp4", (int)(3 * UploadHost.PartSize));
        var title = await _host.MovieAsync();
        var changed = 0;
        _host.Gateway.Before = async _ =>
        {
            if (Interlocked.Exchange(ref changed, 1) == 0)
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                stream.WriteByte((byte)(bytes[0] ^ 1));
                stream.SetLength(bytes.Length + growth);
            }

            return false;
        };

        var ended = await _host.Cli.RunAsync("upload", file, "--title", title, "--method", "multipart");

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.Contains(expected, ended.Errors, StringComparison.Ordinal);
        var upload = Assert.Single((await _host.Uploads.ListUploadsAsync(new ListUploadsRequest { TitleId = title })).Uploads);
        Assert.Equal(UploadState.Pending, upload.State);
    }

    private static string PartOf(HttpContext context) => context.Request.Query["partNumber"].ToString();

    private async Task<(FinalizeUploadResponse Answer, byte[] Bytes)> UploadAsync()
    {
        var (file, bytes) = await _files.CreateAsync("film.mp4", (int)(5 * UploadHost.PartSize) - 7);
        return (await _host.Cli.OneAsync<FinalizeUploadResponse>("upload", file, "--title", await _host.MovieAsync(), "--method", "multipart"), bytes);
    }
}
