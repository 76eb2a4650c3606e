using System.Net;
using MoviesNow.LocalS3;

namespace MoviesNow.Playback.Tests.Protection;

/// <summary>nginx with the configuration that is shipped.</summary>
public sealed class NginxTests : OriginTests
{
    private NginxEdge? _nginx;

    internal override async Task<Uri> StartAsync(LocalS3Host bucket)
    {
        _nginx = await NginxEdge.StartAsync(bucket, Bucket, ("k1", OldSecret), ("k2", NewSecret));
        return _nginx.Address;
    }

    internal override async Task StopAsync() => await (_nginx?.DisposeAsync() ?? ValueTask.CompletedTask);

    [Fact]
    public async Task Get_GrantOfAnIPv6Address_IsGoodFromThere() =>
        Assert.Equal(200, await RawAsync(IPAddress.IPv6Loopback, "GET", $"/{Grant(Package, address: "0:0::1")}/{Package}480p/1.m4s"));

    [Fact]
    public async Task Log_OfAllKindsOfRequests_HasNoGrant()
    {
        string[] grants = [Grant(Package), Grant(Package, DateTimeOffset.UtcNow.AddSeconds(-2)), Grant($"hls/{Title}/{Episode}/"), "k1.1.any.3.AAAAAAAAAAAAAAAAAAAAAA"];
        foreach (var grant in grants)
        {
            await StatusAsync($"{grant}/{Package}480p/1.m4s");
            await StatusAsync($"{grant}/{Package}480p/none.m4s");
        }

        await Store.StopAsync();
        Assert.Equal(HttpStatusCode.BadGateway, await StatusAsync($"{grants[0]}/{Package}480p/1.m4s"));
        await RawAsync(IPAddress.Loopback, "GET", $"/{grants[0]}/{new string('x', 40_000)}");
        var log = await _nginx!.StopAsync();

        Assert.Contains($"GET {Package} 200", log, StringComparison.Ordinal);
        Assert.All(grants, grant => Assert.DoesNotContain(grant.Split('.')[^1], log, StringComparison.Ordinal));
        Assert.DoesNotContain(Store.SecretKey, log, StringComparison.Ordinal);
        Assert.DoesNotContain("AWS4", log, StringComparison.Ordinal);
    }
}
