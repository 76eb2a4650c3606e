using System.Security.Cryptography;
using System.Xml.Linq;
using Amazon.S3.Model;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Lifecycle;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Tests.Support;
using LifecycleConfiguration = MoviesNow.LocalS3.Lifecycle.LifecycleConfiguration;
using LifecycleFilter = MoviesNow.LocalS3.Lifecycle.LifecycleFilter;
using LifecycleRule = MoviesNow.LocalS3.Lifecycle.LifecycleRule;

namespace MoviesNow.LocalS3.Tests.Lifecycle;

public class LifecycleTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData("2026-03-01T10:30:00Z", 1, "2026-03-03T00:00:00Z")]
    [InlineData("2026-03-01T00:00:00Z", 1, "2026-03-02T00:00:00Z")]
    [InlineData("2026-02-28T23:59:59Z", 14, "2026-03-15T00:00:00Z")]
    public void ExpiryOf_Days_TheMidnightAfter(string written, int days, string due)
    {
        var rule = new LifecycleRule("r", true, new LifecycleFilter("", Names.None, null, null), days, null, days);
        Assert.Equal(DateTimeOffset.Parse(due), rule.ExpiryOf(DateTimeOffset.Parse(written), Day));
        Assert.Equal(DateTimeOffset.Parse(due), rule.AbortOf(DateTimeOffset.Parse(written), Day));
    }

    [Theory]
    [InlineData("<Rule><Status>Enabled</Status><Filter><Prefix>a</Prefix></Filter></Rule>", "InvalidRequest")]
    [InlineData("<Rule><Status>On</Status><Prefix/><Expiration><Days>1</Days></Expiration></Rule>", "MalformedXML")]
    [InlineData("<Rule><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>", "MalformedXML")]
    [InlineData("<Rule><Status>Enabled</Status><Prefix/><Expiration><Days>0</Days></Expiration></Rule>", "InvalidArgument")]
    [InlineData("<Rule><Status>Enabled</Status><Prefix/><Expiration><Days>x</Days></Expiration></Rule>", "MalformedXML")]
    [InlineData("<Rule><Status>Enabled</Status><Prefix/><Expiration><Days>1</Days><Date>2030-01-01T00:00:00Z</Date></Expiration></Rule>", "MalformedXML")]
    [InlineData("<Rule><Status>Enabled</Status><Prefix/><Expiration><Date>2030-01-01T01:00:00Z</Date></Expiration></Rule>", "InvalidArgument")]
    [InlineData("<Rule><ID>a</ID><Status>Enabled</Status><Prefix/><Expiration><Days>1</Days></Expiration></Rule><Rule><ID>a</ID><Status>Enabled</Status><Prefix/><Expiration><Days>2</Days></Expiration></Rule>", "InvalidArgument")]
    [InlineData("<Rule><Status>Enabled</Status><Prefix/><Transition><Days>1</Days></Transition></Rule>", "NotImplemented")]
    [InlineData("<Rule><Status>Enabled</Status><Filter><Tag><Key>a</Key><Value>b</Value></Tag></Filter><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>", "InvalidRequest")]
    [InlineData("", "MalformedXML")]
    public void Parse_WrongRule_Refused(string rules, string code)
    {
        var document = XElement.Parse($"<LifecycleConfiguration>{rules}</LifecycleConfiguration>");
        Assert.Equal(code, Assert.Throws<S3Exception>(() => LifecycleConfiguration.Parse(document)).Error.Code);
    }

    [Fact]
    public async Task Scan_AfterTheDays_ExpiresByPrefixTagAndSizeAndAborts()
    {
        var clock = new MovableClock();
        await using var app = LocalS3Server.Build(
            options => (options.DataDirectory, options.AccessKey, options.SecretKey, options.Fsync) = (Directory.CreateTempSubdirectory("locals3-").FullName, "access-key", "secret-key", false), clock);
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        using var s3 = S3Fixture.Client(app.Urls.First(), "access-key", "secret-key");
        await s3.PutBucketAsync("films");
        await s3.PutLifecycleConfigurationAsync("films", new Amazon.S3.Model.LifecycleConfiguration
        {
            Rules =
            [
                new Amazon.S3.Model.LifecycleRule { Id = "bundles", Status = "Enabled", Filter = new Amazon.S3.Model.LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "bundles/" } }, Expiration = new LifecycleRuleExpiration { Days = 14 } },
                new Amazon.S3.Model.LifecycleRule { Id = "tagged", Status = "Enabled", Filter = new Amazon.S3.Model.LifecycleFilter { LifecycleFilterPredicate = new LifecycleTagPredicate { Tag = new Tag { Key = "temp", Value = "yes" } } }, Expiration = new LifecycleRuleExpiration { Days = 1 } },
                new Amazon.S3.Model.LifecycleRule { Id = "uploads", Status = "Enabled", Filter = new Amazon.S3.Model.LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "" } }, AbortIncompleteMultipartUpload = new LifecycleRuleAbortIncompleteMultipartUpload { DaysAfterInitiation = 3 } },
                new Amazon.S3.Model.LifecycleRule { Id = "off", Status = "Disabled", Filter = new Amazon.S3.Model.LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "" } }, Expiration = new LifecycleRuleExpiration { Days = 1 } },
            ],
        });
        foreach (var key in new[] { "bundles/1", "originals/1", "tagged" })
        {
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "films", Key = key, ContentBody = key, TagSet = key == "tagged" ? [new Tag { Key = "temp", Value = "yes" }] : [] });
        }

        await s3.InitiateMultipartUploadAsync("films", "unfinished");
        Assert.Contains("bundles", (await s3.GetObjectMetadataAsync("films", "bundles/1")).Expiration.RuleId, StringComparison.Ordinal);

        var scanner = app.Services.GetRequiredService<LifecycleScanner>();
        var bucket = app.Services.GetRequiredService<BucketStore>().Get("films");
        foreach (var (days, objects, uploads) in new[] { (0, 3, 1), (3, 2, 1), (5, 2, 0), (13, 2, 0), (16, 1, 0), (100, 1, 0) })
        {
            clock.Offset = days * Day;
            await scanner.ApplyAsync(default);
            Assert.Equal((objects, uploads), (bucket.Objects.Index.Snapshot.Count, bucket.Uploads.All.Count()));
        }

        Assert.Equal("originals/1", bucket.Objects.Index.Snapshot.Single().Key);
        Assert.Single(Directory.EnumerateFiles(bucket.Paths.Data));
        await app.StopAsync();
        Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(bucket.Paths.Root))!, recursive: true);
    }

    [Fact]
    public async Task Configuration_PutGetDelete_RoundTrip()
    {
        await using var host = await LocalS3Host.StartAsync(options => options.Buckets.Add("films"));
        using var raw = new RawS3(host, TimeProvider.System);
        var body = "<LifecycleConfiguration><Rule><Status>Enabled</Status><Prefix>x</Prefix><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>"u8.ToArray();
        Assert.Equal("NoSuchLifecycleConfiguration", (await raw.SendAsync("GET", "/films?lifecycle")).Code);
        Assert.Equal("InvalidRequest", (await raw.SendAsync("PUT", "/films?lifecycle", body)).Code);
        Assert.Equal(200, (await raw.SendAsync("PUT", "/films?lifecycle", body, ("Content-MD5", Convert.ToBase64String(MD5.HashData(body))))).Status);
        await host.RestartAsync();
        var got = await raw.SendAsync("GET", "/films?lifecycle");
        Assert.Equal(("1", 24), (got.Value("Days"), got.Value("ID")!.Length));
        Assert.Equal("http://s3.amazonaws.com/doc/2006-03-01/", got.Xml.Name.NamespaceName);
        Assert.Equal(204, (await raw.SendAsync("DELETE", "/films?lifecycle")).Status);
        Assert.Equal("NoSuchLifecycleConfiguration", (await raw.SendAsync("GET", "/films?lifecycle")).Code);
    }
}
