using System.Security.Cryptography;
using System.Text;
using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Objects;

public class AbsentFeatureTests(S3Fixture fixture) : IClassFixture<S3Fixture>
{
    private static readonly byte[] Content = Bytes.Random(1000);

    [Theory]
    [InlineData("retention", "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate></Retention>")]
    [InlineData("legal-hold", "<LegalHold><Status>ON</Status></LegalHold>")]
    public async Task ObjectLock_BucketWithoutIt_InvalidRequest(string subResource, string body)
    {
        await fixture.Raw.SendAsync("PUT", "/movies/lockless", Content);
        var got = await fixture.Raw.SendAsync("GET", $"/movies/lockless?{subResource}");
        Assert.Equal((400, "InvalidRequest"), (got.Status, got.Code));
        var put = await fixture.Raw.SendAsync("PUT", $"/movies/lockless?{subResource}", Encoding.UTF8.GetBytes(body));
        Assert.Equal((400, "InvalidRequest"), (put.Status, put.Code));
        Assert.Equal("NoSuchBucket", (await fixture.Raw.SendAsync("GET", $"/absent-bucket/x?{subResource}")).Code);
    }

    [Fact]
    public async Task Delete_OnConditionOfSizeOrTime_NotImplementedAndKept()
    {
        await fixture.Raw.SendAsync("PUT", "/movies/kept", Content);
        Assert.Equal("NotImplemented", (await fixture.Raw.SendAsync("DELETE", "/movies/kept", null, ("x-amz-if-match-size", "1"))).Code);
        Assert.Equal("NotImplemented", (await fixture.Raw.SendAsync("DELETE", "/movies/kept", null, ("x-amz-if-match-last-modified-time", "Thu, 01 Jan 2015 00:00:00 GMT"))).Code);
        foreach (var condition in new[] { "<Size>1</Size>", "<LastModifiedTime>Thu, 01 Jan 2015 00:00:00 GMT</LastModifiedTime>" })
        {
            var body = Encoding.UTF8.GetBytes($"<Delete><Object><Key>kept</Key>{condition}</Object></Delete>");
            var deleted = await fixture.Raw.SendAsync("POST", "/movies?delete", body, ("Content-MD5", Convert.ToBase64String(MD5.HashData(body))));
            Assert.Equal((501, "NotImplemented"), (deleted.Status, deleted.Code));
        }

        Assert.Equal(200, (await fixture.Raw.SendAsync("HEAD", "/movies/kept")).Status);
    }
}
