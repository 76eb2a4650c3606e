using System.Net;
using MoviesNow.Storage.Tests.Support;

namespace MoviesNow.Storage.Tests.Presigning;

/// <summary>What storage makes of presigned requests.</summary>
[Collection(nameof(StorageFixture))]
public sealed class PresignedRequestTests(StorageFixture storage)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private S3Presigner Presigner => storage.Host.Presigner;

    [Fact]
    public async Task Get_WithOverrides_AnswersThem()
    {
        var key = await storage.StoreAsync([1, 2, 3]);
        var request = Presigner.Get(key, Lifetime, new ResponseOverrides
        {
            ContentDisposition = "attachment; filename=\"S01 (1).zip\"; filename*=UTF-8''S01%20%C3%A4.zip",
            ContentType = "application/zip",
            CacheControl = "no-store",
        });

        using var answer = await storage.Http.SendPresignedAsync(request);

        Assert.Equal([1, 2, 3], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("application/zip", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal(
            "attachment; filename=\"S01 (1).zip\"; filename*=UTF-8''S01%20%C3%A4.zip",
            Assert.Single(answer.Content.Headers.GetValues("Content-Disposition")));
    }

    [Fact]
    public async Task Put_WithEveryCondition_StoresOnce()
    {
        var key = StorageFixture.NewKey();
        var capabilities = storage.Store.Capabilities;
        byte[] content = [1, 2, 3];
        var request = Presigner.Put(key, Lifetime, new PutConditions
        {
            ContentType = "application/zip",
            ContentLength = 3,
            CacheControl = "max-age=3,  private",
            Sha256 = capabilities.Checksums ? StorageFixture.Digest(content) : null,
            IfAbsent = capabilities.ConditionalPut,
            Encryption = capabilities.ManagedEncryption ? Encryption.Managed : Encryption.None,
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["moviesnow-upload"] = "0190a1b2" },
        });

        using var first = await storage.Http.SendPresignedAsync(request, content);
        using var second = await storage.Http.SendPresignedAsync(request, content);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        if (capabilities.ConditionalPut)
            Assert.Equal(HttpStatusCode.PreconditionFailed, second.StatusCode);
        var found = await storage.Store.HeadAsync(key, CancellationToken.None);
        Assert.Equal("max-age=3, private", found!.CacheControl);
        Assert.Equal("0190a1b2", found.Metadata["moviesnow-upload"]);
        Assert.Equal(capabilities.ManagedEncryption ? Encryption.Managed : Encryption.None, found.Encryption);
    }

    [Fact]
    public async Task Put_MetadataLeftOutOrOther_IsRefused()
    {
        var key = StorageFixture.NewKey();
        var request = Presigner.Put(
            key, Lifetime, new PutConditions { Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["moviesnow-upload"] = "a" } });
        using var without = await storage.Http.SendPresignedAsync(request with { Headers = [] }, [1]);
        using var other = await storage.Http.SendPresignedAsync(request with { Headers = [new("x-amz-meta-moviesnow-upload", "b")] }, [1]);

        Assert.False(without.IsSuccessStatusCode);
        Assert.False(other.IsSuccessStatusCode);
        Assert.Null(await storage.Store.HeadAsync(key, CancellationToken.None));
    }

    [Fact]
    public async Task Put_HeadersThatAreNotSigned_AreKeptAndSeen()
    {
        var key = StorageFixture.NewKey();
        var request = Presigner.Put(key, Lifetime, new PutConditions());
        KeyValuePair<string, string>[] added =
        [
            new("content-encoding", "gzip"), new("content-language", "de"), new("content-disposition", "inline"), new("expires", "Thu, 01 Jan 2099 00:00:00 GMT"),
        ];
        using var answer = await storage.Http.SendPresignedAsync(request with { Headers = added }, [1]);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var found = await storage.Store.HeadAsync(key, CancellationToken.None);
        Assert.Equal(
            ("gzip", "de", "inline", "Thu, 01 Jan 2099 00:00:00 GMT"), (found!.ContentEncoding, found.ContentLanguage, found.ContentDisposition, found.Expires));
    }

    [Fact]
    public async Task Put_OtherContentThanSigned_IsRefused()
    {
        var key = StorageFixture.NewKey();
        var length = Presigner.Put(key, Lifetime, new PutConditions { ContentType = "a/b", ContentLength = 3 });
        using var longer = await storage.Http.SendPresignedAsync(length with { Headers = [new("content-type", "a/b")] }, [1, 2, 3, 4]);
        Assert.Equal(HttpStatusCode.Forbidden, longer.StatusCode);
        using var otherType = await storage.Http.SendPresignedAsync(length with { Headers = [new("content-type", "text/html")] }, [1, 2, 3]);
        Assert.Equal(HttpStatusCode.Forbidden, otherType.StatusCode);
        if (storage.Store.Capabilities.Checksums)
        {
            var digest = Presigner.Put(key, Lifetime, new PutConditions { Sha256 = StorageFixture.Digest([1, 2, 3]) });
            using var otherBytes = await storage.Http.SendPresignedAsync(digest, [1, 2, 4]);
            Assert.Equal(HttpStatusCode.BadRequest, otherBytes.StatusCode);
        }

        Assert.Null(await storage.Store.HeadAsync(key, CancellationToken.None));
    }

    [Fact]
    public async Task Get_TamperedOrExpired_IsRefused()
    {
        var key = await storage.StoreAsync([1]);
        var request = Presigner.Get(key, Lifetime);
        using var otherKey = await storage.Http.SendPresignedAsync(request with { Url = request.Url.Replace("x.bin", "y.bin", StringComparison.Ordinal) });
        Assert.Equal(HttpStatusCode.Forbidden, otherKey.StatusCode);

        var past = new S3Presigner(Microsoft.Extensions.Options.Options.Create(storage.Host.Options), new FixedClock(DateTimeOffset.UtcNow.AddMinutes(-10)));
        using var expired = await storage.Http.SendPresignedAsync(past.Get(key, Lifetime));
        Assert.Equal(HttpStatusCode.Forbidden, expired.StatusCode);
    }
}
