using Microsoft.Extensions.Options;
using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Options;

public class LocalS3OptionsTests
{
    private static LocalS3Options Good() => new() { DataDirectory = "/data", AccessKey = "access", SecretKey = "secret-key" };

    [Fact]
    public void Validate_Good_Succeeds() => Assert.True(new LocalS3OptionsValidator().Validate(null, Good()).Succeeded);

    public static TheoryData<string, Action<LocalS3Options>> Wrong => new()
    {
        { "LocalS3:DataDirectory", o => o.DataDirectory = " " },
        { "LocalS3:AccessKey", o => o.AccessKey = "" },
        { "LocalS3:AccessKey", o => o.AccessKey = "a/b/c" },
        { "LocalS3:SecretKey", o => o.SecretKey = "short" },
        { "LocalS3:Region", o => o.Region = "" },
        { "LocalS3:Domain", o => o.Domain = "http://x" },
        { "LocalS3:Buckets:1", o => o.Buckets = ["good", "Bad"] },
        { "LocalS3:CorsOrigins:0", o => o.CorsOrigins = ["localhost"] },
        { "LocalS3:CorsOrigins:0", o => o.CorsOrigins = ["http://a.example/"] },
        { "LocalS3:CorsOrigins:0", o => o.CorsOrigins = ["http://*.*.example"] },
        { "LocalS3:LifecycleInterval", o => o.LifecycleInterval = TimeSpan.Zero },
        { "LocalS3:LifecycleDay", o => o.LifecycleDay = TimeSpan.FromDays(2) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Validate_Wrong_NamesTheKey(string key, Action<LocalS3Options> spoil)
    {
        var options = Good();
        spoil(options);
        var failure = Assert.Single(new LocalS3OptionsValidator().Validate(null, options).Failures!);
        Assert.StartsWith(key + " ", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_SeveralWrong_NamesThemAll() =>
        Assert.Equal(3, new LocalS3OptionsValidator().Validate(null, new LocalS3Options()).Failures!.Count());

    [Fact]
    public async Task Build_CommandLine_ListsWithCommas()
    {
        var directory = Directory.CreateTempSubdirectory("locals3-").FullName;
        await using var app = LocalS3Server.Build(
            [$"--LocalS3:DataDirectory={directory}", "--LocalS3:AccessKey=access", "--LocalS3:SecretKey=secret-key", "--LocalS3:Buckets=one-a, one-b", "--Kestrel:Endpoints:http:Url=http://127.0.0.1:0"]);
        await app.StartAsync();
        using var s3 = S3Fixture.Client(app.Urls.First(), "access", "secret-key");
        Assert.Equal(["one-a", "one-b"], (await s3.ListBucketsAsync()).Buckets.Select(b => b.BucketName));
        await app.StopAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Start_WrongOption_FailsWithItsKey()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => LocalS3Host.StartAsync(options => options.Region = "!"));
        Assert.Contains("LocalS3:Region", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DirectoryInUse_FailsWithItsKey()
    {
        await using var first = await LocalS3Host.StartAsync();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => LocalS3Host.StartAsync(options => options.DataDirectory = first.DataDirectory));
        Assert.Contains("LocalS3:DataDirectory", failure.Message, StringComparison.Ordinal);
    }
}
