using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ServiceDiscovery;

namespace Compat.Aspire.Tests;

public sealed class ServiceDiscoveryTests
{
    [Theory]
    [InlineData("http://catalog/titles?a=1", "http://localhost:1/titles?a=1")]
    [InlineData("https://catalog/", "https://secure:2/")]
    [InlineData("https+http://catalog/", "https://secure:2/")]
    [InlineData("https+http://upload/", "http://10.0.0.1:3/")]
    [InlineData("http://_grpc.catalog/a.B/C", "http://localhost:4/a.B/C")]
    [InlineData("https+http://_grpc.catalog/", "http://localhost:4/")]
    [InlineData("http://single/", "http://alone:5/")]
    [InlineData("http://default/", "http://fallback:6/")]
    [InlineData("http://unknown:81/x", "http://unknown:81/x")]
    [InlineData("https+http://unknown/x", "https://unknown/x")]
    [InlineData("http://127.0.0.1:82/", "http://127.0.0.1:82/")]
    public async Task SendAsync_NameOfService_GoesToItsAddress(string asked, string sent)
    {
        await using var services = Services(out var seen);
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, asked);

        using var response = await client.SendAsync(request);

        Assert.Equal([sent], seen);
        Assert.Equal(new Uri(asked), request.RequestUri);
    }

    [Fact]
    public async Task SendAsync_SeveralEndpoints_TakeTurns()
    {
        await using var services = Services(out var seen);
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient();

        for (var i = 0; i < 4; i++)
            using (await client.GetAsync(new Uri("http://many/")))
            {
            }

        Assert.Equal(["http://a:7/", "http://b:8/", "http://a:7/", "http://b:8/"], seen);
    }

    [Fact]
    public async Task GetEndpointsAsync_KnownAndUnknown_GivesAllOrTheNameItself()
    {
        await using var services = Services(out _);
        var resolver = services.GetRequiredService<ServiceEndpointResolver>();

        var known = await resolver.GetEndpointsAsync("http://many", CancellationToken.None);
        var unknown = await resolver.GetEndpointsAsync("http://unknown:9", CancellationToken.None);

        Assert.Equal([new DnsEndPoint("a", 7), new DnsEndPoint("b", 8)], known.Endpoints.Select(e => e.EndPoint));
        Assert.Equal([new DnsEndPoint("unknown", 9)], unknown.Endpoints.Select(e => e.EndPoint));
    }

    [Fact]
    public async Task SendAsync_BrokenAddress_NamesIt()
    {
        await using var services = Services(out _);
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetAsync(new Uri("http://broken/")));

        Assert.Contains("http://:x", error.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(out List<string> seen)
    {
        var requests = seen = [];
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["services:catalog:http:0"] = "http://localhost:1",
            ["services:catalog:https:0"] = "https://secure:2",
            ["services:catalog:grpc:0"] = "http://localhost:4",
            ["services:upload:http:0"] = "10.0.0.1:3",
            ["services:single:http"] = "alone:5",
            ["services:default:default:0"] = "http://fallback:6",
            ["services:many:http:0"] = "http://a:7",
            ["services:many:http:1"] = "http://b:8",
            ["services:broken:http:0"] = "http://:x",
        }).Build());
        services.AddServiceDiscovery();
        services.ConfigureHttpClientDefaults(http => http
            .AddServiceDiscovery()
            .ConfigurePrimaryHttpMessageHandler(() => new Recorder(requests)));
        return services.BuildServiceProvider();
    }

    // The end of the pipeline: these addresses lead nowhere.
    private sealed class Recorder(List<string> requests) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            requests.Add(request.RequestUri!.ToString());
            return Task.FromResult(new HttpResponseMessage());
        }
    }
}
