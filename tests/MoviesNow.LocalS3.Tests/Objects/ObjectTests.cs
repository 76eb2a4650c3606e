using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Objects;

public class ObjectTests(S3Fixture fixture) : IClassFixture<S3Fixture>
{
    private static readonly byte[] Content = Bytes.Random(1000);

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(300_000, true)]
    [InlineData(9_000_000, true)]
    [InlineData(0, false)]
    [InlineData(9_000_000, false)]
    public async Task PutGet_ThroughTheSdk_SameBytes(int length, bool checksums)
    {
        var (client, body, key) = (checksums ? fixture.S3 : fixture.PlainS3, Bytes.Random(length, length), $"sdk/{length}/{checksums}");
        using var content = new MemoryStream(body);
        var put = await client.PutObjectAsync(new PutObjectRequest { BucketName = "movies", Key = key, InputStream = content });
        Assert.Equal($"\"{Convert.ToHexStringLower(MD5.HashData(body))}\"", put.ETag);

        using var got = await client.GetObjectAsync("movies", key);
        using var read = new MemoryStream();
        await got.ResponseStream.CopyToAsync(read);
        Assert.Equal(body, read.ToArray());
        Assert.Equal(length, (await client.GetObjectMetadataAsync("movies", key)).ContentLength);
        await client.DeleteObjectAsync("movies", key);
        var missing = await Assert.ThrowsAsync<AmazonS3Exception>(() => client.GetObjectMetadataAsync("movies", key));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Put_HeadersAndMetadata_ComeBack()
    {
        (string, string)[] headers =
        [
            ("content-type", "application/zip"), ("cache-control", "max-age=60"), ("content-disposition", "inline"), ("content-language", "en"),
            ("content-encoding", "gzip"), ("x-amz-meta-Title", "The ünï"), ("x-amz-server-side-encryption", "aws:kms"),
            ("x-amz-server-side-encryption-aws-kms-key-id", "key-1"), ("x-amz-tagging", "a=1&b=2"),
        ];
        var put = await fixture.Raw.SendAsync("PUT", "/movies/meta", Content, [.. headers.Where(h => h.Item2.All(char.IsAscii))]);
        Assert.Equal(("aws:kms", "key-1"), (put.Header("x-amz-server-side-encryption"), put.Header("x-amz-server-side-encryption-aws-kms-key-id")));

        var got = await fixture.Raw.SendAsync("HEAD", "/movies/meta");
        foreach (var (name, value) in headers.Where(h => h.Item2.All(char.IsAscii) && h.Item1 != "x-amz-tagging"))
            Assert.Equal(value, got.Header(name));
        Assert.Equal("2", got.Header("x-amz-tagging-count"));
        Assert.Equal("bytes", got.Header("Accept-Ranges"));
    }

    [Theory]
    [InlineData("x-amz-server-side-encryption", "rot13", 400, "InvalidEncryptionAlgorithmError")]
    [InlineData("x-amz-server-side-encryption-aws-kms-key-id", "k", 400, "InvalidArgument")]
    [InlineData("x-amz-server-side-encryption-customer-algorithm", "AES256", 501, "NotImplemented")]
    [InlineData("x-amz-acl", "public-read", 400, "AccessControlListNotSupported")]
    [InlineData("x-amz-grant-read", "id=1", 400, "AccessControlListNotSupported")]
    [InlineData("x-amz-storage-class", "GLACIER", 400, "InvalidStorageClass")]
    [InlineData("x-amz-tagging", "a=1&a=2", 400, "InvalidTag")]
    [InlineData("if-none-match", "\"etag\"", 501, "NotImplemented")]
    public async Task Put_UnsupportedHeader_Refused(string name, string value, int status, string code)
    {
        var put = await fixture.Raw.SendAsync("PUT", "/movies/unsupported", Content, (name, value));
        Assert.Equal((status, code), (put.Status, put.Code));
        Assert.Equal(404, (await fixture.Raw.SendAsync("HEAD", "/movies/unsupported")).Status);
    }

    [Fact]
    public async Task Put_UserMetadata_AtMost2KB()
    {
        Assert.Equal(200, (await fixture.Raw.SendAsync("PUT", "/movies/m2", Content, ("x-amz-meta-a", new string('x', 2047)))).Status);
        Assert.Equal("MetadataTooLarge", (await fixture.Raw.SendAsync("PUT", "/movies/m2", Content, ("x-amz-meta-a", new string('x', 2048)))).Code);
    }

    [Theory]
    [InlineData("bytes=0-9", 206, "bytes 0-9/1000", 10)]
    [InlineData("bytes=-100", 206, "bytes 900-999/1000", 100)]
    [InlineData("bytes=990-2000", 206, "bytes 990-999/1000", 10)]
    [InlineData("bytes=1000-", 416, "bytes */1000", null)]
    [InlineData("bytes=0-1,5-6", 200, null, 1000)]
    public async Task Get_Range_Answered(string range, int status, string? contentRange, int? length)
    {
        await fixture.Raw.SendAsync("PUT", "/movies/ranged", Content);
        var got = await fixture.Raw.SendAsync("GET", "/movies/ranged", null, ("range", range));
        Assert.Equal((status, contentRange), (got.Status, got.Header("Content-Range")));
        if (length is null)
            Assert.Equal("InvalidRange", got.Code);
        else
            Assert.Equal(length, got.Body.Length);
        if (status == 206)
            Assert.Equal(Content.AsSpan(int.Parse(got.Header("Content-Range")!.Split(' ', '-')[1]), length!.Value).ToArray(), got.Body);
    }

    [Fact]
    public async Task Get_AskingForEncryption_Refused()
    {
        Assert.Equal("InvalidArgument", (await fixture.Raw.SendAsync("GET", "/movies/any", null, ("x-amz-server-side-encryption", "AES256"))).Code);
    }

    [Fact]
    public async Task Get_Conditions_StatusAndHeaders()
    {
        var etag = (await fixture.Raw.SendAsync("PUT", "/movies/cond", Content, ("cache-control", "max-age=5"))).Header("ETag")!;
        var notModified = await fixture.Raw.SendAsync("GET", "/movies/cond", null, ("if-none-match", etag));
        Assert.Equal((304, etag, "max-age=5", 0), (notModified.Status, notModified.Header("ETag"), notModified.Header("Cache-Control"), notModified.Body.Length));
        Assert.Equal("PreconditionFailed", (await fixture.Raw.SendAsync("GET", "/movies/cond", null, ("if-match", "\"other\""))).Code);
        Assert.Equal(412, (await fixture.Raw.SendAsync("HEAD", "/movies/cond", null, ("if-unmodified-since", "Thu, 01 Jan 2015 00:00:00 GMT"))).Status);
    }

    [Fact]
    public async Task Put_IfMatch_OnlyOnThatETag()
    {
        var etag = (await fixture.Raw.SendAsync("PUT", "/movies/ifmatch", [1])).Header("ETag")!;
        Assert.Equal((404, "NoSuchKey"), Outcome(await fixture.Raw.SendAsync("PUT", "/movies/ifmatch-absent", [2], ("if-match", etag))));
        Assert.Equal((412, "PreconditionFailed"), Outcome(await fixture.Raw.SendAsync("PUT", "/movies/ifmatch", [2], ("if-match", "\"0\""))));
        Assert.Equal((200, null), Outcome(await fixture.Raw.SendAsync("PUT", "/movies/ifmatch", [2], ("if-match", etag))));
        Assert.Equal((412, "PreconditionFailed"), Outcome(await fixture.Raw.SendAsync("DELETE", "/movies/ifmatch", null, ("if-match", etag))));
        Assert.Equal([2], (await fixture.Raw.SendAsync("GET", "/movies/ifmatch")).Body);
    }

    [Fact]
    public async Task Put_IfNoneMatchConcurrently_ExactlyOneWins()
    {
        const int writers = 12;
        var data = Path.Combine(fixture.Host.DataDirectory, "buckets/movies/data");
        var before = Directory.EnumerateFiles(data).Count();
        using var http = new HttpClient();
        var bodies = Enumerable.Range(0, writers).Select(i => new StallingStream(50_000 + i, 20_000)).ToList();
        var puts = bodies.Select(body =>
        {
            var message = fixture.Raw.Message(new RawRequest("PUT", "/movies/race") { PayloadHash = "UNSIGNED-PAYLOAD", Headers = [("if-none-match", "*")] });
            message.Content = new StreamContent(body);
            return http.SendAsync(message);
        }).ToList();

        // Every request was let in and is half received: from here on only the last step can tell them apart.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (Directory.EnumerateFiles(data).Count() < before + writers)
            await Task.Delay(5, limit.Token);
        bodies.ForEach(body => body.Release());
        var results = new List<RawResponse>();
        foreach (var put in puts)
            results.Add(await RawResponse.ReadAsync(await put));

        var winner = results.FindIndex(r => r.Status == 200);
        Assert.Equal(writers - 1, results.Count(r => Outcome(r) == (412, "PreconditionFailed")));
        Assert.Equal(50_000 + winner, (await fixture.Raw.SendAsync("GET", "/movies/race")).Body.Length);
        Assert.Equal(before + 1, Directory.EnumerateFiles(data).Count());
    }

    [Fact]
    public async Task Get_WhileOverwritten_AlwaysOneWholeVersion()
    {
        var versions = Enumerable.Range(0, 4).Select(i => Bytes.Random(400_000, i)).ToList();
        var etags = versions.Select(v => $"\"{Convert.ToHexStringLower(MD5.HashData(v))}\"").ToHashSet();
        await fixture.Raw.SendAsync("PUT", "/movies/busy", versions[0]);
        var writers = Enumerable.Range(0, 2).Select(async w =>
        {
            for (var i = 0; i < 20; i++)
                Assert.Equal(200, (await fixture.Raw.SendAsync("PUT", "/movies/busy", versions[(i + w) % 4])).Status);
        });
        var readers = Enumerable.Range(0, 3).Select(async _ =>
        {
            for (var i = 0; i < 30; i++)
            {
                var got = await fixture.Raw.SendAsync("GET", "/movies/busy");
                Assert.Equal(got.Header("ETag"), $"\"{Convert.ToHexStringLower(MD5.HashData(got.Body))}\"");
                Assert.Contains(got.Header("ETag")!, etags);
            }
        });
        await Task.WhenAll(writers.Concat(readers));
        await fixture.Raw.SendAsync("DELETE", "/movies/busy");
    }

    [Fact]
    public async Task DeleteObjects_Batch_VerdictForEach()
    {
        await fixture.Raw.SendAsync("PUT", "/movies/del/a", [1]);
        var response = await fixture.S3.DeleteObjectsAsync(new DeleteObjectsRequest
        {
            BucketName = "movies",
            Objects = [new KeyVersion { Key = "del/a" }, new KeyVersion { Key = "del/absent" }],
        });
        Assert.Equal(["del/a", "del/absent"], response.DeletedObjects.Select(d => d.Key));
        Assert.Equal(404, (await fixture.Raw.SendAsync("HEAD", "/movies/del/a")).Status);
    }

    [Fact]
    public async Task DeleteObjects_WithoutProofOfTheBody_Refused()
    {
        var body = "<Delete><Object><Key>x</Key></Object></Delete>"u8.ToArray();
        Assert.Equal("InvalidRequest", (await fixture.Raw.SendAsync("POST", "/movies?delete", body)).Code);
        var proven = ("Content-MD5", Convert.ToBase64String(MD5.HashData(body)));
        Assert.Equal(200, (await fixture.Raw.SendAsync("POST", "/movies?delete", body, proven)).Status);
    }

    [Theory]
    [InlineData("GET", "/movies/x?torrent", 501, "NotImplemented")]
    [InlineData("PUT", "/movies?policy", 501, "NotImplemented")]
    [InlineData("PUT", "/movies?versioning", 501, "NotImplemented")]
    [InlineData("GET", "/movies?policy", 404, "NoSuchBucketPolicy")]
    [InlineData("POST", "/movies/x", 405, "MethodNotAllowed")]
    [InlineData("PATCH", "/movies/x", 405, "MethodNotAllowed")]
    [InlineData("GET", "/movies/x?versionId=abc", 404, "NoSuchVersion")]
    [InlineData("GET", "/nobucket/x", 404, "NoSuchBucket")]
    [InlineData("PUT", "/nobucket/x", 404, "NoSuchBucket")]
    [InlineData("DELETE", "/movies/absent", 204, null)]
    public async Task Execute_UnsupportedOrAbsent_S3Code(string method, string target, int status, string? code)
    {
        Assert.Equal((status, code), Outcome(await fixture.Raw.SendAsync(method, target)));
    }

    [Fact]
    public async Task Put_WithoutLength_Refused()
    {
        using var http = new HttpClient();
        using var message = fixture.Raw.Message(new RawRequest("PUT", "/movies/nolength") { PayloadHash = "UNSIGNED-PAYLOAD" });
        message.Content = new StreamContent(new MemoryStream(Content));
        message.Headers.TransferEncodingChunked = true;
        var response = await RawResponse.ReadAsync(await http.SendAsync(message));
        Assert.Equal((411, "MissingContentLength"), Outcome(response));
    }

    [Fact]
    public async Task Put_RefusedBeforeContinue_ConnectionEnds()
    {
        using var message = fixture.Raw.Message(new RawRequest("PUT", "/movies/expecting") { Body = [1], Secret = "another-secret" });
        var address = new Uri(fixture.Host.Url);
        using var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port);
        await using var stream = connection.GetStream();
        var head = $"PUT /movies/expecting HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: 1\r\nExpect: 100-continue\r\n"
            + string.Concat(message.Headers.Where(h => h.Key != "Host").Select(h => $"{h.Key}: {string.Join(',', h.Value)}\r\n")) + "\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        var buffer = new byte[4096];
        var answer = Encoding.ASCII.GetString(buffer, 0, await stream.ReadAtLeastAsync(buffer, 100));
        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VirtualHost_BucketInHost_Works()
    {
        await fixture.Raw.SendAsync("PUT", "/movies/vhost", Content);
        var got = await fixture.Raw.SendAsync(new RawRequest("GET", "/vhost") { Host = "movies.s3.test", Headers = [("host", "movies.s3.test")] });
        Assert.Equal((200, Content.Length), (got.Status, got.Body.Length));
    }

    private static (int, string?) Outcome(RawResponse response) => (response.Status, response.Code);
}
