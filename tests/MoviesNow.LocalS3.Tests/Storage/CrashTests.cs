using System.Collections.Concurrent;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Storage;

/// <summary>A process that is killed in the middle of its work loses nothing it acknowledged and shows nothing half done.</summary>
public sealed class CrashTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("locals3-crash-").FullName;

    [Fact]
    public async Task Kill_DuringPuts_AcknowledgedObjectsAreWhole()
    {
        var acknowledged = new ConcurrentDictionary<string, int>();
        for (var round = 0; round < 3; round++)
        {
            await using var server = await ServerProcess.StartAsync(_directory);
            using var s3 = S3Fixture.Client(server.Url, ServerProcess.AccessKey, ServerProcess.SecretKey);
            var reached = new TaskCompletionSource();
            var target = acknowledged.Count + 20 + (round * 7);
            var writers = Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
            {
                for (var i = 0; ; i++)
                {
                    // New keys and overwritten ones; what an interrupted overwrite leaves may be either version.
                    var (key, seed) = ($"put/{round}/{writer}/{i}", (round * 1000) + (writer * 100) + i);
                    if (!await TryAsync(() => PutAsync(s3, key, Body(seed))))
                        return;
                    acknowledged[key] = seed;
                    if (acknowledged.Count >= target)
                        reached.TrySetResult();
                }
            })).ToList();
            await reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
            await server.KillAsync();
            await Task.WhenAll(writers);
        }

        await using var restarted = await ServerProcess.StartAsync(_directory);
        using var reader = S3Fixture.Client(restarted.Url, ServerProcess.AccessKey, ServerProcess.SecretKey);
        foreach (var (key, seed) in acknowledged)
            Assert.Equal(Body(seed), await GetAsync(reader, key));
        var listed = await ListAsync(reader);
        Assert.Subset(listed.Select(o => o.Key).ToHashSet(), acknowledged.Keys.ToHashSet());
        foreach (var item in listed)
            Assert.Equal(item.ETag, $"\"{Convert.ToHexStringLower(MD5.HashData(await GetAsync(reader, item.Key)))}\"");
        AssertNothingLeftOver(listed.Count);
    }

    [Fact]
    public async Task Kill_DuringOverwrites_OldOrNewVersion()
    {
        await using (var server = await ServerProcess.StartAsync(_directory))
        {
            using var s3 = S3Fixture.Client(server.Url, ServerProcess.AccessKey, ServerProcess.SecretKey);
            var (last, count, reached) = (-1, 0, new TaskCompletionSource());
            var writer = Task.Run(async () =>
            {
                for (var i = 0; ; i++)
                {
                    if (!await TryAsync(() => PutAsync(s3, "over", Body(i))))
                        return i;
                    last = i;
                    if (++count == 25)
                        reached.TrySetResult();
                }
            });
            await reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
            await server.KillAsync();
            var interrupted = await writer;

            await using var restarted = await ServerProcess.StartAsync(_directory);
            using var reader = S3Fixture.Client(restarted.Url, ServerProcess.AccessKey, ServerProcess.SecretKey);
            var body = await GetAsync(reader, "over");
            Assert.True(body.SequenceEqual(Body(last)) || body.SequenceEqual(Body(interrupted)));
            AssertNothingLeftOver(1);
        }
    }

    [Fact]
    public async Task Kill_DuringCompletes_UploadOrObjectNeverBothNorNeither()
    {
        var ready = new Dictionary<string, (string Id, string ETag)>();
        var acknowledged = new ConcurrentDictionary<string, string>();
        await using (var server = await ServerProcess.StartAsync(_directory))
        {
            using var s3 = S3Fixture.Client(server.Url, ServerProcess.AccessKey, ServerProcess.SecretKey, RequestChecksumCalculation.WHEN_REQUIRED);
            for (var i = 0; i < 60; i++)
            {
                var id = (await s3.InitiateMultipartUploadAsync("movies", $"mp/{i}")).UploadId;
                using var content = new MemoryStream(Body(i));
                var part = await s3.UploadPartAsync(new UploadPartRequest { BucketName = "movies", Key = $"mp/{i}", UploadId = id, PartNumber = 1, InputStream = content });
                ready[$"mp/{i}"] = (id, part.ETag);
            }

            var reached = new TaskCompletionSource();
            var completers = ready.Chunk(15).Select(chunk => Task.Run(async () =>
            {
                foreach (var (key, (id, etag)) in chunk)
                {
                    if (!await TryAsync(async () => acknowledged[key] = await CompleteAsync(s3, key, id, etag)))
                        return;
                    if (acknowledged.Count >= 15)
                        reached.TrySetResult();
                }
            })).ToList();
            await reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
            await server.KillAsync();
            await Task.WhenAll(completers);
        }

        await using var restarted = await ServerProcess.StartAsync(_directory);
        using var reader = S3Fixture.Client(restarted.Url, ServerProcess.AccessKey, ServerProcess.SecretKey, RequestChecksumCalculation.WHEN_REQUIRED);
        var objects = (await ListAsync(reader)).Select(o => o.Key).ToHashSet();
        var uploads = (await reader.ListMultipartUploadsAsync("movies")).MultipartUploads?.Select(u => u.Key).ToHashSet() ?? [];
        Assert.Subset(objects, acknowledged.Keys.ToHashSet());
        Assert.Empty(objects.Intersect(uploads));
        Assert.Equal(60, objects.Count + uploads.Count);
        AssertNothingLeftOver(60);
        // Whoever lost the answer repeats the call: the same ETag, whether it had happened or not.
        foreach (var (key, (id, etag)) in ready)
        {
            var repeated = await CompleteAsync(reader, key, id, etag);
            Assert.Equal(acknowledged.GetValueOrDefault(key, repeated), repeated);
            Assert.Equal(Body(int.Parse(key["mp/".Length..])), await GetAsync(reader, key));
        }
    }

    [Fact]
    public async Task Kill_ManyTimesAtVaryingMoments_AllOrNothingEachTime()
    {
        var acknowledged = new ConcurrentDictionary<string, string>();
        var uploads = new Dictionary<string, (string Id, string ETag)>();
        for (var round = 0; round < 6; round++)
        {
            await using (var server = await ServerProcess.StartAsync(_directory))
            {
                using var s3 = S3Fixture.Client(server.Url, ServerProcess.AccessKey, ServerProcess.SecretKey, RequestChecksumCalculation.WHEN_REQUIRED);
                await BeginAsync(s3, $"{round}/", uploads);
                var (done, moment) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                var pending = uploads.Where(upload => upload.Key.StartsWith($"{round}/", StringComparison.Ordinal)).Select(upload => Task.Run(async () =>
                {
                    var (key, (id, etag)) = upload;
                    var completed = TryAsync(async () => acknowledged[key] = await CompleteAsync(s3, key, id, etag));
                    var stored = TryAsync(async () =>
                    {
                        await PutAsync(s3, key + "/put", Body(7));
                        acknowledged[key + "/put"] = $"\"{Convert.ToHexStringLower(MD5.HashData(Body(7)))}\"";
                    });
                    await Task.WhenAny(completed, stored);

                    // From the first answer to the last: each round is killed one answer later.
                    if (Interlocked.Increment(ref done) > round)
                        moment.TrySetResult();
                    await Task.WhenAll(completed, stored);
                })).ToList();
                await moment.Task.WaitAsync(TimeSpan.FromSeconds(60));
                await server.KillAsync();
                await Task.WhenAll(pending);
            }
        }

        await using var restarted = await ServerProcess.StartAsync(_directory);
        using var reader = S3Fixture.Client(restarted.Url, ServerProcess.AccessKey, ServerProcess.SecretKey, RequestChecksumCalculation.WHEN_REQUIRED);
        var objects = (await ListAsync(reader)).ToDictionary(found => found.Key, found => found.ETag);
        foreach (var (key, etag) in acknowledged)
            Assert.Equal(etag, objects[key]);
        foreach (var (key, (id, etag)) in uploads)
        {
            var isPending = (await reader.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = "movies", Prefix = key })).MultipartUploads is { Count: > 0 };
            Assert.NotEqual(objects.ContainsKey(key), isPending);
            await CompleteAsync(reader, key, id, etag);
            Assert.Equal(Body(key.Length), await GetAsync(reader, key));
            if (objects.ContainsKey(key + "/put"))
                Assert.Equal(Body(7), await GetAsync(reader, key + "/put"));
        }

        AssertNothingLeftOver(uploads.Count + objects.Keys.Count(key => key.EndsWith("/put", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    [InlineData(4 * 1024 * 1024)]
    [InlineData((8 * 1024 * 1024) - 1)]
    public async Task Put_PartlySentWhenKilled_NotVisibleAndSwept(int sent)
    {
        await using (var server = await ServerProcess.StartAsync(_directory))
        {
            using var s3 = S3Fixture.Client(server.Url, ServerProcess.AccessKey, ServerProcess.SecretKey);
            using var body = new StallingStream(8 * 1024 * 1024, sent);
            var put = s3.PutObjectAsync(new PutObjectRequest { BucketName = "movies", Key = "half", InputStream = body });
            await body.Stalled.WaitAsync(TimeSpan.FromMinutes(2));
            await server.KillAsync();
            body.Release();
            await Assert.ThrowsAnyAsync<Exception>(() => put);
        }

        await using var restarted = await ServerProcess.StartAsync(_directory);
        using var reader = S3Fixture.Client(restarted.Url, ServerProcess.AccessKey, ServerProcess.SecretKey);
        Assert.Empty(await ListAsync(reader));
        AssertNothingLeftOver(0);
    }

    [Fact]
    public async Task PutAndGet_LargeObject_ConstantMemory()
    {
        const long size = 400L * 1024 * 1024;
        await using var server = await ServerProcess.StartAsync(_directory);
        using var s3 = S3Fixture.Client(server.Url, ServerProcess.AccessKey, ServerProcess.SecretKey);
        using (var body = new StallingStream(size, size + 1))
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "movies", Key = "large", InputStream = body });
        using (var got = await s3.GetObjectAsync("movies", "large"))
            await got.ResponseStream.CopyToAsync(Stream.Null);
        Assert.Equal(size, (await s3.GetObjectMetadataAsync("movies", "large")).ContentLength);
        if (!OperatingSystem.IsLinux())
            return;
        var peak = File.ReadLines($"/proc/{server.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        Assert.True(long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) < 250 * 1024, peak);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private void AssertNothingLeftOver(int dataFiles)
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_directory, "tmp")));
        Assert.Equal(dataFiles, Directory.EnumerateFiles(Path.Combine(_directory, "buckets/movies/data")).Count());
    }

    private static async Task BeginAsync(AmazonS3Client s3, string prefix, Dictionary<string, (string Id, string ETag)> uploads)
    {
        for (var i = 0; i < 7; i++)
        {
            var key = $"{prefix}{i}";
            var id = (await s3.InitiateMultipartUploadAsync("movies", key)).UploadId;
            using var content = new MemoryStream(Body(key.Length));
            var part = await s3.UploadPartAsync(new UploadPartRequest { BucketName = "movies", Key = key, UploadId = id, PartNumber = 1, InputStream = content });
            uploads[key] = (id, part.ETag);
        }
    }

    private static byte[] Body(int seed) => Bytes.Random(20_000 + seed, seed);

    private static async Task PutAsync(AmazonS3Client s3, string key, byte[] body)
    {
        using var content = new MemoryStream(body);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "movies", Key = key, InputStream = content });
    }

    private static async Task<byte[]> GetAsync(AmazonS3Client s3, string key)
    {
        using var got = await s3.GetObjectAsync("movies", key);
        using var read = new MemoryStream();
        await got.ResponseStream.CopyToAsync(read);
        return read.ToArray();
    }

    private static async Task<string> CompleteAsync(AmazonS3Client s3, string key, string id, string etag) =>
        (await s3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = "movies", Key = key, UploadId = id, PartETags = [new PartETag(1, etag)] })).ETag;

    private static async Task<List<S3Object>> ListAsync(AmazonS3Client s3)
    {
        var (all, request) = (new List<S3Object>(), new ListObjectsV2Request { BucketName = "movies" });
        ListObjectsV2Response page;
        do
        {
            page = await s3.ListObjectsV2Async(request);
            all.AddRange(page.S3Objects ?? []);
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
        return all;
    }

    /// <returns>Whether it was acknowledged; the server may be dead.</returns>
    private static async Task<bool> TryAsync(Func<Task> action)
    {
        try
        {
            await action();
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or AmazonServiceException or AmazonClientException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
