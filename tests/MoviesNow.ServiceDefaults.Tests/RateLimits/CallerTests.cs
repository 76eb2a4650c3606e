using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.RateLimits;
using static MoviesNow.ServiceDefaults.Tests.RateLimits.LimitedHosts;

namespace MoviesNow.ServiceDefaults.Tests.RateLimits;

/// <summary>For whom calls without a token are counted.</summary>
public sealed class CallerTests
{
    private const string Key = "0123456789abcdef-public-key";
    private const string OtherKey = "fedcba9876543210-public-key";

    private static readonly (string, string?)[] Two = [("RateLimits:ReadsPerMinute", "2"), ("RateLimits:PeoplePerAddress", "1"), ("RateLimits:PeoplePerApiKey", "1")];

    private readonly CallerHash _hash = HashOf(new RateLimitOptions(), new AuthOptions { LocalSigningKey = Who.SigningKey });

    [Fact]
    public async Task Call_WithAKeyWhereNoneIsAskedFor_IsCountedForItsAddress()
    {
        await using var hosts = await StartAsync(1, null, Two);

        Assert.Equal([In], await hosts.CallAsync(1, GetTitle, null, ("x-api-key", Key)));
        Assert.Equal([In], await hosts.CallAsync(1, GetTitle, null, ("x-api-key", OtherKey)));
        Assert.Equal([Out], await hosts.CallAsync(1, GetTitle, null, ("x-api-key", "another")));
    }

    [Fact]
    public async Task Call_WithAKeyThatIsAskedFor_IsCountedForIt()
    {
        await using var hosts = await StartAsync(1, null, [.. Two, ("Auth:ApiKeys:0", Key), ("Auth:ApiKeys:1", OtherKey)]);

        Assert.Equal([In, In, Out], await hosts.CallAsync(3, GetTitle, null, ("x-api-key", Key)));
        Assert.Equal([In], await hosts.CallAsync(1, GetTitle, null, ("x-api-key", OtherKey)));
        Assert.Equal(["API_KEY_REQUIRED"], await hosts.CallAsync(1, GetTitle, null));

        // A subject that is spelled like the key is somebody else, and a token comes before the key.
        Assert.Equal([In, In, Out], await hosts.CallAsync(3, GetTitle, Who.Viewer with { Subject = Key }, ("x-api-key", OtherKey)));
        Assert.Equal([In, Out], await hosts.CallAsync(2, GetTitle, null, ("x-api-key", OtherKey)));
    }

    [Fact]
    public async Task Call_ForwardedByNobodyOfTrust_IsCountedForTheConnection()
    {
        await using var hosts = await StartAsync(1, null, Two);

        Assert.Equal([In], await hosts.CallAsync(1, GetTitle, null, ("x-forwarded-for", "203.0.113.1")));
        Assert.Equal([In], await hosts.CallAsync(1, GetTitle, null, ("x-forwarded-for", "203.0.113.2")));
        Assert.Equal([Out, Out], await hosts.CallAsync(2, GetTitle, null, ("x-forwarded-for", "203.0.113.3")));

        // Said once, for it is more often a proxy that was forgotten than an attempt.
        Assert.Equal(2, hosts.Replicas[0].Logs.Text.Split("Proxies:TrustedNetworks").Length);
    }

    [Fact]
    public async Task Call_ForwardedByTrustedProxies_IsCountedForTheAddressThatTheyTell()
    {
        await using var hosts = await StartAsync(1, null, [.. Two, ("Proxies:TrustedNetworks:0", "127.0.0.0/8"), ("Proxies:TrustedNetworks:1", "10.0.0.0/8")]);

        // What the client claims itself stands further left.
        Assert.Equal([In], await hosts.CallAsync(1, GetTitle, null, ("x-forwarded-for", "203.0.113.1")));
        Assert.Equal([In], await hosts.CallAsync(1, GetTitle, null, ("x-forwarded-for", "198.51.100.7, 203.0.113.1, 10.1.2.3")));
        Assert.Equal([Out], await hosts.CallAsync(1, GetTitle, null, ("x-forwarded-for", "198.51.100.8, 203.0.113.1")));
        Assert.Equal([In], await hosts.CallAsync(1, GetTitle, null, ("x-forwarded-for", "203.0.113.2")));
    }

    [Fact]
    public async Task Call_FromOneIpv6Network_IsCountedOnce()
    {
        await using var hosts = await StartAsync(1, null, [.. Two, ("Proxies:TrustedNetworks:0", "127.0.0.0/8")]);

        Assert.Equal([In], await hosts.CallAsync(1, GetTitle, null, ("x-forwarded-for", "2001:db8:1:2::1")));
        Assert.Equal([In], await hosts.CallAsync(1, GetTitle, null, ("x-forwarded-for", "2001:db8:1:2:ffff::2")));
        Assert.Equal([Out], await hosts.CallAsync(1, GetTitle, null, ("x-forwarded-for", "2001:db8:1:2:3:4:5:6")));
        Assert.Equal([In], await hosts.CallAsync(1, GetTitle, null, ("x-forwarded-for", "2001:db8:1:3::1")));
    }

    [Fact]
    public void Hash_KindsOfCallers_DoNotCollide() =>
        Assert.Equal(3, Enum.GetValues<CallerKind>().Select(kind => _hash.Of(new CallerId(kind, "10.0.0.1"))).Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void Hash_OtherSalt_IsAnother()
    {
        var caller = new CallerId(CallerKind.Address, "10.0.0.1");
        var auth = new AuthOptions { LocalSigningKey = Who.SigningKey };

        Assert.Equal(22, _hash.Of(caller).Length);
        Assert.Equal(_hash.Of(caller), HashOf(new RateLimitOptions(), auth).Of(caller));
        Assert.NotEqual(_hash.Of(caller), HashOf(new RateLimitOptions(), new AuthOptions { Authority = "https://id.example" }).Of(caller));
        var salted = HashOf(new RateLimitOptions { Salt = "0123456789abcdef" }, auth).Of(caller);
        Assert.NotEqual(_hash.Of(caller), salted);
        Assert.Equal(salted, HashOf(new RateLimitOptions { Salt = "0123456789abcdef" }, new AuthOptions()).Of(caller));
    }

    private static CallerHash HashOf(RateLimitOptions options, AuthOptions auth) => new(Options.Create(options), Options.Create(auth));
}
