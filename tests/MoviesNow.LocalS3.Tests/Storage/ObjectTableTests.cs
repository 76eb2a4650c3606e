using Amazon.S3.Model;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Storage;

public sealed class ObjectTableTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("locals3-").FullName;
    private Microsoft.AspNetCore.Builder.WebApplication _app = null!;
    private Amazon.S3.AmazonS3Client _s3 = null!;
    private Bucket _bucket = null!;

    public async Task InitializeAsync()
    {
        _app = LocalS3Server.Build(options =>
        {
            (options.DataDirectory, options.AccessKey, options.SecretKey) = (_directory, "access-key", "secret-key");
            options.Buckets.Add("movies");
        });
        _app.Urls.Add("http://127.0.0.1:0");
        await _app.StartAsync();
        _s3 = S3Fixture.Client(_app.Urls.First(), "access-key", "secret-key");
        _bucket = _app.Services.GetRequiredService<BucketStore>().Get("movies");
    }

    public async Task DisposeAsync()
    {
        _s3.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Open_ThenDeletedOrReplaced_ReadsTheOldBytesToTheEnd(bool replace)
    {
        await _s3.PutObjectAsync(new PutObjectRequest { BucketName = "movies", Key = "a", ContentBody = "old" });
        var (first, second) = (_bucket.Objects.Open("a")!, _bucket.Objects.Open("a")!);
        if (replace)
            await _s3.PutObjectAsync(new PutObjectRequest { BucketName = "movies", Key = "a", ContentBody = "new" });
        else
            await _s3.DeleteObjectAsync("movies", "a");

        first.Dispose();
        Assert.Equal("old", await ReadAsync(second));
        second.Dispose();
        Assert.Equal(replace ? 1 : 0, Directory.EnumerateFiles(_bucket.Paths.Data).Count());
        using var now = _bucket.Objects.Open("a");
        Assert.Equal(replace ? "new" : null, now is null ? null : await ReadAsync(now));
    }

    [Fact]
    public async Task AddPart_UploadEnded_NoSuchUploadAndNothingKept()
    {
        var id = (await _s3.InitiateMultipartUploadAsync("movies", "a")).UploadId;
        var upload = _bucket.Uploads.Get(id, "a");
        await _bucket.Uploads.AbortAsync(upload, default);
        var late = new PartRecord { Number = 1, Data = "x", Size = 1, ETag = "e", LastModified = default, Checksums = new Dictionary<LocalS3.Checksums.ChecksumAlgorithm, string>() };
        var refused = await Assert.ThrowsAsync<LocalS3.Errors.S3Exception>(() => _bucket.Uploads.AddPartAsync(upload, late, () => { }, default));
        Assert.Equal("NoSuchUpload", refused.Error.Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_bucket.Paths.Uploads));
    }

    private static async Task<string> ReadAsync(ObjectLease lease)
    {
        using var read = new MemoryStream();
        await lease.CopyToAsync(0, lease.Record.Size, read.WriteAsync, default);
        return System.Text.Encoding.UTF8.GetString(read.ToArray());
    }
}
