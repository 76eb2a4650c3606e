using Amazon.S3.Model;
using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Objects;

public class CopyTests(S3Fixture fixture) : IClassFixture<S3Fixture>, IAsyncLifetime
{
    private static readonly byte[] Content = Bytes.Random(70_000);

    public Task InitializeAsync() => fixture.Raw.SendAsync(
        "PUT", "/movies/source%20%C3%BC", Content, ("content-type", "video/mp4"), ("x-amz-meta-a", "1"), ("x-amz-tagging", "t=1"));

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Copy_ThroughTheSdk_BytesMetadataAndTags()
    {
        await fixture.S3.CopyObjectAsync(new CopyObjectRequest { SourceBucket = "movies", SourceKey = "source ü", DestinationBucket = "movies", DestinationKey = "copy/1" });
        var copy = await fixture.Raw.SendAsync("GET", "/movies/copy/1");
        Assert.Equal(Content, copy.Body);
        Assert.Equal(("video/mp4", "1", "1"), (copy.Header("Content-Type"), copy.Header("x-amz-meta-a"), copy.Header("x-amz-tagging-count")));
    }

    [Fact]
    public async Task Copy_Replace_NewMetadataAndTags()
    {
        var response = await fixture.Raw.SendAsync(
            "PUT", "/movies/copy/2", null, ("x-amz-copy-source", "movies/source%20%C3%BC"), ("x-amz-metadata-directive", "REPLACE"), ("x-amz-tagging-directive", "REPLACE"),
            ("content-type", "text/plain"), ("x-amz-meta-b", "2"), ("x-amz-checksum-algorithm", "SHA256"));
        Assert.NotNull(response.Value("ChecksumSHA256"));
        var copy = await fixture.Raw.SendAsync("HEAD", "/movies/copy/2");
        Assert.Equal(("text/plain", "2", null, null), (copy.Header("Content-Type"), copy.Header("x-amz-meta-b"), copy.Header("x-amz-meta-a"), copy.Header("x-amz-tagging-count")));
    }

    [Theory]
    [InlineData("x-amz-copy-source-if-match", "\"0\"", "PreconditionFailed")]
    [InlineData("x-amz-copy-source-if-modified-since", "Fri, 01 Jan 2038 00:00:00 GMT", "PreconditionFailed")]
    [InlineData("x-amz-copy-source-if-unmodified-since", "Thu, 01 Jan 2015 00:00:00 GMT", "PreconditionFailed")]
    [InlineData("x-amz-copy-source-if-none-match", "*", "PreconditionFailed")]
    [InlineData("x-amz-metadata-directive", "MOVE", "InvalidArgument")]
    public async Task Copy_ConditionOrDirective_Refused(string name, string value, string code)
    {
        var response = await fixture.Raw.SendAsync("PUT", "/movies/copy/3", null, ("x-amz-copy-source", "movies/source%20%C3%BC"), (name, value));
        Assert.Equal(code, response.Code);
    }

    [Theory]
    [InlineData("movies/absent", "NoSuchKey")]
    [InlineData("nobucket/x", "NoSuchBucket")]
    [InlineData("movies", "InvalidArgument")]
    [InlineData("/movies/source%20%C3%BC?versionId=abc", "NoSuchVersion")]
    [InlineData("%zz/x", "InvalidArgument")]
    public async Task Copy_Source_Checked(string source, string code)
    {
        Assert.Equal(code, (await fixture.Raw.SendAsync("PUT", "/movies/copy/4", null, ("x-amz-copy-source", source))).Code);
    }

    [Fact]
    public async Task Copy_ToItself_OnlyWithAChange()
    {
        const string target = "/movies/source%20%C3%BC";
        Assert.Equal("InvalidRequest", (await fixture.Raw.SendAsync("PUT", target, null, ("x-amz-copy-source", target))).Code);
        Assert.Equal(200, (await fixture.Raw.SendAsync("PUT", target, null, ("x-amz-copy-source", target), ("x-amz-metadata-directive", "REPLACE"))).Status);
        Assert.Equal(Content, (await fixture.Raw.SendAsync("GET", target)).Body);
    }

    [Fact]
    public async Task Copy_IfNoneMatch_NeverOverwrites()
    {
        await fixture.Raw.SendAsync("PUT", "/movies/copy/kept", [1]);
        var response = await fixture.Raw.SendAsync("PUT", "/movies/copy/kept", null, ("x-amz-copy-source", "/movies/source%20%C3%BC"), ("if-none-match", "*"));
        Assert.Equal("PreconditionFailed", response.Code);
    }

    [Fact]
    public async Task Tagging_PutGetDelete_RoundTrip()
    {
        await fixture.Raw.SendAsync("PUT", "/movies/tagged", [1]);
        await fixture.S3.PutObjectTaggingAsync(new PutObjectTaggingRequest { BucketName = "movies", Key = "tagged", Tagging = new Amazon.S3.Model.Tagging { TagSet = [new Tag { Key = "a", Value = "1" }] } });
        Assert.Equal("a", Assert.Single((await fixture.S3.GetObjectTaggingAsync(new GetObjectTaggingRequest { BucketName = "movies", Key = "tagged" })).Tagging).Key);
        await fixture.S3.DeleteObjectTaggingAsync(new DeleteObjectTaggingRequest { BucketName = "movies", Key = "tagged" });
        Assert.Null((await fixture.Raw.SendAsync("HEAD", "/movies/tagged")).Header("x-amz-tagging-count"));
        Assert.Equal("NoSuchKey", (await fixture.Raw.SendAsync("GET", "/movies/absent?tagging")).Code);
    }
}
