extern alias delivery;

using System.Net;
using delivery::MoviesNow.Delivery.Playback;
using delivery::MoviesNow.Delivery.Playback.Development;
using Microsoft.Extensions.Hosting;
using MoviesNow.LocalS3;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Playback.Tests.Protection;

/// <summary>What stands in for nginx on a machine without it: Delivery itself, in Development only.</summary>
public sealed class DevelopmentOriginTests : OriginTests
{
    private readonly GarnetFixture _garnet = new();
    private ServiceFactory<PlaybackOptions>? _delivery;

    internal override async Task<Uri> StartAsync(LocalS3Host bucket)
    {
        await _garnet.InitializeAsync();
        _delivery = Delivery(bucket, origin: true);
        return new Uri(_delivery.WebAddress, "media/");
    }

    internal override async Task StopAsync()
    {
        await (_delivery?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _garnet.DisposeAsync();
    }

    [Fact]
    public async Task Get_NotSwitchedOn_IsNotFound()
    {
        await using var other = Delivery(Store, origin: false);
        using var client = new HttpClient();

        using var answer = await client.GetAsync(new Uri(other.WebAddress, $"media/{Picture}"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("Development", PlaybackProtection.SecureLink, null)]
    [InlineData("Production", PlaybackProtection.SecureLink, "Delivery:Playback:DevelopmentOrigin must not be set outside Development: put a CDN in front of the bucket.")]
    [InlineData("Development", PlaybackProtection.None, "Delivery:Playback:DevelopmentOrigin needs Protection to be SecureLink, which it checks.")]
    public void Validate_WhereItMayRun_RefusesElsewhere(string environment, object protection, string? failure)
    {
        var host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment });
        var options = new PlaybackOptions { DevelopmentOrigin = true, Protection = (PlaybackProtection)protection };

        Assert.Equal(failure, new DevelopmentOriginValidator(host.Environment).Validate(name: null, options).FailureMessage);
    }

    private ServiceFactory<PlaybackOptions> Delivery(LocalS3Host bucket, bool origin) => new(new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["ConnectionStrings:redis"] = _garnet.ConnectionString,
        ["services:catalog:grpc:0"] = "http://127.0.0.1:1",
        ["Storage:Backend"] = "LocalS3",
        ["Storage:ServiceUrl"] = bucket.Url,
        ["Storage:Bucket"] = Bucket,
        ["Storage:AccessKeyId"] = bucket.AccessKey,
        ["Storage:SecretAccessKey"] = bucket.SecretKey,
        ["Delivery:Playback:Protection"] = "SecureLink",
        ["Delivery:Playback:CdnUrl"] = "http://127.0.0.1/media/",
        ["Delivery:Playback:PublicUrl"] = "http://127.0.0.1/",
        ["Delivery:Playback:TicketKeys:0"] = "cGxheWJhY2stdGlja2V0cy1wbGF5YmFjay10aWNrZXRzLTE=",
        ["Delivery:Playback:DevelopmentOrigin"] = origin ? "true" : "false",
        ["Delivery:Playback:SecureLink:SigningKeyId"] = "k1",
        ["Delivery:Playback:SecureLink:Keys:k1"] = OldSecret,
        ["Delivery:Playback:SecureLink:Keys:k2"] = NewSecret,
    });
}
