using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MoviesNow.Catalog.Titles;
using MoviesNow.Interop.Tests.Harness;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace MoviesNow.Interop.Tests.Health;

/// <summary>Health of Catalog as the official client of grpc.health.v1 sees it.</summary>
public sealed class HealthClientTests(PostgresOutageFixture postgres, GarnetOutageFixture garnet)
    : IClassFixture<PostgresOutageFixture>, IClassFixture<GarnetOutageFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("")]
    [InlineData("ready")]
    public async Task Watch_DatabaseGoesAndComesBack_IsToldOfBothWhileTheServiceStaysLive(string service)
    {
        await using var catalog = await StartAsync();
        var client = new Grpc.Health.V1.Health.HealthClient(catalog.As(null));
        using var patience = new CancellationTokenSource(Patience);
        using var ready = client.Watch(new() { Service = service }, cancellationToken: patience.Token);
        using var live = client.Watch(new() { Service = "live" }, cancellationToken: patience.Token);
        await WaitAsync(ready, ServingStatus.Serving, patience.Token);
        await WaitAsync(live, ServingStatus.Serving, patience.Token);
        var liveness = CollectAsync(live);

        await postgres.Server.StopAsync(patience.Token);
        try
        {
            await WaitAsync(ready, ServingStatus.NotServing, patience.Token);
            Assert.Equal(ServingStatus.NotServing, await CheckAsync(client, service));
            Assert.Equal(ServingStatus.Serving, await CheckAsync(client, "live"));
        }
        finally
        {
            await postgres.Server.StartAsync();
        }

        await WaitAsync(ready, ServingStatus.Serving, patience.Token);
        Assert.Equal(ServingStatus.Serving, await CheckAsync(client, service));

        await patience.CancelAsync();
        Assert.All(await liveness, status => Assert.Equal(ServingStatus.Serving, status));
    }

    [Fact]
    public async Task Check_RedisIsDown_IsDegradedAndStillServing()
    {
        await using var catalog = await StartAsync();
        var client = new Grpc.Health.V1.Health.HealthClient(catalog.As(null));
        using var http = new HttpClient { BaseAddress = catalog.WebAddress };
        Assert.Contains("\"status\":\"Healthy\"", await http.GetStringAsync("health/ready"), StringComparison.Ordinal);

        await garnet.Server.KillAsync();
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            while (!(await http.GetStringAsync("health/ready", patience.Token)).Contains("\"status\":\"Degraded\"", StringComparison.Ordinal))
            {
                await Task.Delay(50, patience.Token);
            }

            foreach (var service in (string[])["", "live", "ready"])
            {
                Assert.Equal(ServingStatus.Serving, await CheckAsync(client, service));
            }
        }
        finally
        {
            await garnet.Server.StartAsync();
        }
    }

    [Fact]
    public async Task CheckAndWatch_UnknownName_AreNotFoundAndServiceUnknown()
    {
        await using var catalog = await StartAsync();
        var client = new Grpc.Health.V1.Health.HealthClient(catalog.As(null));
        using var patience = new CancellationTokenSource(Patience);
        using var watch = client.Watch(new() { Service = "nobody" }, cancellationToken: patience.Token);

        var refused = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(client, "nobody"));

        Assert.Equal(StatusCode.NotFound, refused.StatusCode);
        Assert.True(await watch.ResponseStream.MoveNext(patience.Token));
        Assert.Equal(ServingStatus.ServiceUnknown, watch.ResponseStream.Current.Status);
    }

    private static async Task<ServingStatus> CheckAsync(Grpc.Health.V1.Health.HealthClient client, string service) =>
        (await client.CheckAsync(new() { Service = service })).Status;

    /// <summary>What a watcher is told until it cancels; a status may be told twice.</summary>
    private static async Task<List<ServingStatus>> CollectAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        var told = new List<ServingStatus>();
        try
        {
            await foreach (var response in watch.ResponseStream.ReadAllAsync())
            {
                told.Add(response.Status);
            }
        }
        catch (RpcException end) when (end.StatusCode is StatusCode.Cancelled)
        {
        }

        return told;
    }

    private static async Task WaitAsync(AsyncServerStreamingCall<HealthCheckResponse> watch, ServingStatus status, CancellationToken cancellationToken)
    {
        do
        {
            Assert.True(await watch.ResponseStream.MoveNext(cancellationToken), $"The stream ended before it told {status}.");
        }
        while (watch.ResponseStream.Current.Status != status);
    }

    /// <summary>The service with checks more frequent than those of a deployment, so that watchers hear sooner.</summary>
    private async Task<ServiceFactory<TitleGrpcService>> StartAsync() => await CatalogHost.CreateAsync(
        await postgres.Server.CreateDatabaseAsync(),
        garnet.Server.ConnectionString,
        configureServices: services => services.Configure<HealthCheckPublisherOptions>(options => (options.Delay, options.Period) = (TimeSpan.Zero, TimeSpan.FromSeconds(1))));
}
