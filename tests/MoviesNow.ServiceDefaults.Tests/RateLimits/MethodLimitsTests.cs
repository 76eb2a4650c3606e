using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.RateLimits;
using MoviesNow.ServiceDefaults.Tests.Harness;

namespace MoviesNow.ServiceDefaults.Tests.RateLimits;

public sealed class MethodLimitsTests
{
    public static TheoryData<string> Methods() => new(MethodPolicies.Methods().Select(MethodPolicies.PathOf));

    [Theory]
    [MemberData(nameof(Methods))]
    public void Find_EveryMethodByDefault_LimitsPeopleAndNotServices(string path)
    {
        var policy = MethodPolicies.Find(path)!;
        var limit = Build(new RateLimitOptions()).Find(path)!;

        Assert.Null(limit.Service);
        Assert.Equal(10 * limit.Person!.Permits, limit.Address!.Permits);
        Assert.Equal(1_000 * limit.Person.Permits, limit.ApiKey!.Permits);
        var (least, most) = policy switch
        {
            { Mutation: true, Access: Access.Admin or Access.AdminOrService or Access.Service } => (10, 60),
            { Mutation: true } => (300, 300),
            { Access: Access.Public or Access.Viewer } => (1_200, 1_200),
            _ => (10, 1_200),
        };
        Assert.InRange(limit.Person.Permits, least, most);
    }

    [Fact]
    public void Heavy_EveryEntry_IsAMethodOfTheContractBetweenTenAndSixtyAMinute() => Assert.All(MethodLimits.Heavy, entry =>
    {
        Assert.Equal(entry.Key, Assert.Single(MethodLimits.Named(entry.Key)));
        Assert.InRange(entry.Value, 10, 60);
        Assert.Equal(entry.Value, Build(new RateLimitOptions()).Find($"/{entry.Key}")!.Person!.Permits);
    });

    [Fact]
    public void Named_ServiceAndMethod_IsOneOfTheContract() => Assert.All(
        MethodPolicies.Methods(), method => Assert.Equal(MethodLimits.NameOf(method), Assert.Single(MethodLimits.Named($"{method.Service.Name}/{method.Name}"))));

    [Theory]
    [InlineData("00:01:00", 60)]
    [InlineData("00:00:10", 10)]
    [InlineData("00:00:01", 1)]
    [InlineData("01:00:00", 3_600)]
    public void Find_OtherWindow_KeepsTheRate(string window, long permits)
    {
        var limits = Build(new RateLimitOptions { Window = TimeSpan.Parse(window) });

        Assert.Equal(permits, limits.Find(LimitedHosts.CreateTitle)!.Person!.Permits);
        Assert.Equal(TimeSpan.Parse(window).TotalMilliseconds, limits.Find(LimitedHosts.CreateTitle)!.Person!.WindowMs);
    }

    [Fact]
    public void Find_MethodOfItsOwn_DiffersInWhatItStates()
    {
        var limits = Build(new RateLimitOptions
        {
            Methods = { ["TitleService/CreateTitle"] = new MethodRateLimit { PermitsPerMinute = 7, ServicePermitsPerMinute = 9, Window = TimeSpan.FromMinutes(2) } },
        });

        var own = limits.Find(LimitedHosts.CreateTitle)!;
        Assert.Equal((14, 120_000), Of(own.Person!));
        Assert.Equal((18, 120_000), Of(own.Service!));
        Assert.Equal((60, 60_000), Of(limits.Find(LimitedHosts.UpdateTitle)!.Person!));
    }

    [Theory]
    [InlineData("PlaylistEndpoint/Get")]
    [InlineData("playlistendpoint.get")]
    public void Find_EndpointOfPlainHttp_IsConfiguredAsMethodsAre(string name)
    {
        var limits = Build(new RateLimitOptions { Methods = { [name] = new MethodRateLimit { PermitsPerMinute = 7 } } });

        Assert.Equal(1_200, Build(new RateLimitOptions()).Find(LimitedEndpoints.Playlist)!.Person!.Permits);
        Assert.Equal(70, limits.Find(LimitedEndpoints.Playlist)!.Address!.Permits);
    }

    [Fact]
    public async Task Start_SettingsOfTheConfiguration_AreTaken()
    {
        await using var host = await TestHost.StartAsync(
            OpenServices.MapAll, null, ("RateLimits:Methods:TitleService.CreateTitle:PermitsPerMinute", "7"), ("RateLimits:ReadsPerMinute", "11"));
        var limits = (MethodLimits)host.Services.GetService(typeof(MethodLimits))!;

        Assert.Equal(7, limits.Find(LimitedHosts.CreateTitle)!.Person!.Permits);
        Assert.Equal(11, limits.Find(LimitedHosts.GetTitle)!.Person!.Permits);
    }

    private static (long Permits, double WindowMs) Of(RateLimit limit) => (limit.Permits, limit.WindowMs);

    private static MethodLimits Build(RateLimitOptions options) => new(Options.Create(options));
}
