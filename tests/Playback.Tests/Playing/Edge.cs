using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MoviesNow.LocalS3;
using MoviesNow.Playback.Tests.Harness;

namespace MoviesNow.Playback.Tests.Playing;

/// <summary>
/// The private bucket, and what stands in front of it as a CDN does in production: it serves objects under <c>/media/</c>, the playlist
/// in its folder, and the page with the player.
/// </summary>
internal sealed class Edge : IAsyncDisposable
{
    private const string Bucket = "media";

    private readonly LocalS3Host _bucket;
    private readonly AmazonS3Client _s3;
    private WebApplication? _app;

    private Edge(LocalS3Host bucket)
    {
        _bucket = bucket;
        _s3 = Client(bucket);
    }

    public string Address => _app!.Urls.First();

    public static async Task<Edge> StartAsync() =>
        new(await LocalS3Host.StartAsync(options => (options.Fsync, options.Buckets) = (false, [Bucket])));

    /// <summary>A client of a bucket's owner.</summary>
    public static AmazonS3Client Client(LocalS3Host bucket) => new(
        new BasicAWSCredentials(bucket.AccessKey, bucket.SecretKey),
        new AmazonS3Config { ServiceURL = bucket.Url, ForcePathStyle = true, AuthenticationRegion = bucket.Region });

    public static async Task PutFolderAsync(AmazonS3Client s3, string bucket, string folder, string prefix)
    {
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = prefix + Path.GetRelativePath(folder, file), FilePath = file });
        }
    }

    public Task PutFolderAsync(string folder, string prefix) => PutFolderAsync(_s3, Bucket, folder, prefix);

    /// <summary>Begins to serve, with a playlist where no object is.</summary>
    public async Task ServeAsync(string playlistKey, string playlist)
    {
        var builder = WebApplication.CreateSlimBuilder();
        // The settings of the programs beside which this one lies are theirs.
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapGet("/", () => Results.File(Path.Combine(Players.Folder, "index.html"), "text/html"));
        _app.MapGet("/player.js", () => Results.File(Path.Combine(Players.Folder, "dist/player.js"), "text/javascript"));
        _app.MapGet("/cmcd.html", () => Results.File(Path.Combine(Players.Folder, "cmcd.html"), "text/html"));
        _app.MapGet("/cmcd.js", () => Results.File(Path.Combine(Players.Folder, "dist/cmcd.js"), "text/javascript"));
        _app.MapGet("/media/{**key}", (string key, HttpContext http) =>
            key.Equals(playlistKey, StringComparison.Ordinal)
                ? Results.Text(playlist, "application/vnd.apple.mpegurl").ExecuteAsync(http)
                : SendAsync(key, http));
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _s3.Dispose();
        await _bucket.DisposeAsync();
    }

    private async Task SendAsync(string key, HttpContext http)
    {
        try
        {
            using var found = await _s3.GetObjectAsync(Bucket, key, http.RequestAborted);
            http.Response.ContentType = key.EndsWith(".m3u8", StringComparison.Ordinal) ? "application/vnd.apple.mpegurl" : "video/mp4";
            http.Response.ContentLength = found.ContentLength;
            await found.ResponseStream.CopyToAsync(http.Response.Body, http.RequestAborted);
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode is HttpStatusCode.NotFound)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
