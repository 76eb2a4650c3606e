using System.Text;
using Amazon.S3;
using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Buckets;

public class BucketTests(S3Fixture fixture) : IClassFixture<S3Fixture>
{
    [Fact]
    public async Task Bucket_CreateListDelete_RoundTrip()
    {
        await fixture.S3.PutBucketAsync("fresh-bucket");
        Assert.Contains("fresh-bucket", (await fixture.S3.ListBucketsAsync()).Buckets.Select(b => b.BucketName));
        Assert.Equal(200, (await fixture.Raw.SendAsync("PUT", "/fresh-bucket")).Status);
        await fixture.Raw.SendAsync("PUT", "/fresh-bucket/x", [1]);
        Assert.Equal("BucketNotEmpty", (await Assert.ThrowsAsync<AmazonS3Exception>(() => fixture.S3.DeleteBucketAsync("fresh-bucket"))).ErrorCode);
        await fixture.Raw.SendAsync("DELETE", "/fresh-bucket/x");
        await fixture.Raw.SendAsync("POST", "/fresh-bucket/unfinished?uploads", []);
        await fixture.S3.DeleteBucketAsync("fresh-bucket");
        Assert.Equal(404, (await fixture.Raw.SendAsync("HEAD", "/fresh-bucket")).Status);
        await fixture.Host.RestartAsync();
        Assert.Equal("NoSuchBucket", (await fixture.Raw.SendAsync("GET", "/fresh-bucket")).Code);
    }

    [Fact]
    public async Task ListBuckets_Pages_All()
    {
        foreach (var name in new[] { "page-c", "page-a", "page-b" })
            await fixture.Raw.SendAsync("PUT", "/" + name);
        var first = await fixture.Raw.SendAsync("GET", "/?max-buckets=2&prefix=page-");
        Assert.Equal(["page-a", "page-b"], first.Values("Name"));
        var second = await fixture.Raw.SendAsync("GET", $"/?max-buckets=2&prefix=page-&continuation-token={Uri.EscapeDataString(first.Value("ContinuationToken")!)}");
        Assert.Equal(["page-c"], second.Values("Name"));
        Assert.Null(second.Value("ContinuationToken"));
    }

    [Theory]
    [InlineData("location", "LocationConstraint")]
    [InlineData("versioning", "VersioningConfiguration")]
    [InlineData("acl", "AccessControlPolicy")]
    [InlineData("uploads", "ListMultipartUploadsResult")]
    public async Task Get_Subresource_Document(string subResource, string root)
    {
        var response = await fixture.Raw.SendAsync("GET", $"/movies?{subResource}");
        Assert.Equal((200, root), (response.Status, response.Xml.Name.LocalName));
        Assert.Equal("NoSuchBucket", (await fixture.Raw.SendAsync("GET", $"/absent-bucket?{subResource}")).Code);
    }

    [Theory]
    [InlineData("/Bad_Name", "", "InvalidBucketName")]
    [InlineData("/ab", "", "InvalidBucketName")]
    [InlineData("/elsewhere", "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>", "IllegalLocationConstraintException")]
    [InlineData("/elsewhere", "<Wrong/>", "MalformedXML")]
    public async Task Create_Wrong_Refused(string target, string body, string code)
    {
        Assert.Equal(code, (await fixture.Raw.SendAsync("PUT", target, Encoding.UTF8.GetBytes(body))).Code);
    }

    [Theory]
    [InlineData("x-amz-bucket-object-lock-enabled", "true", "NotImplemented")]
    [InlineData("x-amz-object-ownership", "ObjectWriter", "AccessControlListNotSupported")]
    [InlineData("x-amz-grant-read", "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\"", "AccessControlListNotSupported")]
    public async Task Create_WithWhatIsNotThere_RefusedAndNotCreated(string header, string value, string code)
    {
        Assert.Equal(code, (await fixture.Raw.SendAsync("PUT", "/with-features", null, (header, value))).Code);
        Assert.Equal(404, (await fixture.Raw.SendAsync("HEAD", "/with-features")).Status);
    }

    [Fact]
    public async Task Post_Form_NotImplemented()
    {
        var form = new RawRequest("POST", "/movies") { Anonymous = true, Body = "--x--"u8.ToArray(), ExtraHeaders = [("Content-Type", "multipart/form-data; boundary=x")] };
        var answer = await fixture.Raw.SendAsync(form);
        Assert.Equal((501, "NotImplemented"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task PutAcl_OnlyPrivate()
    {
        Assert.Equal(200, (await fixture.Raw.SendAsync("PUT", "/movies?acl", null, ("x-amz-acl", "private"))).Status);
        Assert.Equal("AccessControlListNotSupported", (await fixture.Raw.SendAsync("PUT", "/movies?acl", null, ("x-amz-acl", "public-read"))).Code);
        Assert.Equal("AccessControlListNotSupported", (await fixture.Raw.SendAsync("PUT", "/public-one", null, ("x-amz-acl", "public-read"))).Code);
    }
}
