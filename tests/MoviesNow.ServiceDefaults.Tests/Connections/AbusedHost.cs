using System.Net;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.ServiceDefaults.Tests.RateLimits;

namespace MoviesNow.ServiceDefaults.Tests.Connections;

/// <summary>A service with every method of the contract, which others call while it is abused.</summary>
internal sealed class AbusedHost : IAsyncDisposable
{
    private AbusedHost(TestHost host) => Host = host;

    public TestHost Host { get; }

    public static async Task<AbusedHost> StartAsync(params (string Key, string? Value)[] settings) => new(await TestHost.StartAsync(OpenServices.MapAll, null, settings));

    /// <summary>Others are served on both ports while the abuse goes on, and after it.</summary>
    public async Task<T> ServesMeanwhileAsync<T>(Func<Task<T>> abuse)
    {
        var abused = Task.Run(abuse);
        do
        {
            await ServesAsync();
        }
        while (!abused.IsCompleted);
        await ServesAsync();
        return await abused;
    }

    /// <summary>Others are served on both ports, over new connections and over those they have.</summary>
    public async Task ServesAsync()
    {
        using var stranger = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var health = await stranger.GetAsync(new Uri(Host.Http, "/health/live"));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        using var another = await Host.GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.OK, another.StatusCode);
        Assert.Equal(LimitedHosts.In, (await Host.PostAsync(LimitedHosts.GetTitle)).Reason);
        Assert.Equal(LimitedHosts.In, (await RawCall.PostAsync(stranger, new Uri(Host.Grpc, LimitedHosts.GetTitle), [], [])).Reason);
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}

/// <summary>Floods keep the machine busy: one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class AbuseTestGroup
{
    public const string Name = "abuse";
}
