using Grpc.AspNetCore.HealthChecks;
using Grpc.Core;
using Grpc.Health.V1;
using GrpcTests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace GrpcTests.Health;

public sealed class HealthTests
{
    private readonly Dictionary<string, HealthStatus> _checks = new() { ["database"] = HealthStatus.Healthy, ["disk"] = HealthStatus.Healthy };

    [Theory]
    [InlineData(HealthStatus.Healthy, Serving)]
    [InlineData(HealthStatus.Degraded, Serving)]
    [InlineData(HealthStatus.Unhealthy, NotServing)]
    public async Task Check_ByDefault_RunsAllChecksForTheEmptyName(HealthStatus result, ServingStatus expected)
    {
        _checks["disk"] = result;
        await using var server = await StartAsync();

        Assert.Equal(expected, await CheckAsync(server, ""));
    }

    [Fact]
    public async Task Check_StateChanges_IsSeenAtOnce()
    {
        await using var server = await StartAsync();
        Assert.Equal(Serving, await CheckAsync(server, ""));

        _checks["database"] = HealthStatus.Unhealthy;

        Assert.Equal(NotServing, await CheckAsync(server, ""));
    }

    [Fact]
    public async Task Check_NoChecksRegistered_IsUnknown()
    {
        _checks.Clear();
        await using var server = await StartAsync();

        Assert.Equal(Unknown, await CheckAsync(server, ""));
    }

    [Fact]
    public async Task Check_UnknownService_IsNotFound()
    {
        await using var server = await StartAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(server, "nobody"));
        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
    }

    [Fact]
    public async Task Map_ByTag_DecidesWithThoseChecksOnly()
    {
        _checks["disk"] = HealthStatus.Unhealthy;
        await using var server = await StartAsync(options =>
        {
            options.Services.Map("", check => check.Tags.Contains("database"));
            options.Services.Map("sample.v1.SampleService", check => check.Name == "disk");
            options.Services.MapService("by.Result", result => result.Status != HealthStatus.Unhealthy);
        });

        Assert.Equal(Serving, await CheckAsync(server, ""));
        Assert.Equal(NotServing, await CheckAsync(server, "sample.v1.SampleService"));
        Assert.Equal(Serving, await CheckAsync(server, "by.Result"));
    }

    [Fact]
    public async Task List_AllServices_GivesEachItsStatus()
    {
        _checks["disk"] = HealthStatus.Unhealthy;
        await using var server = await StartAsync(options => options.Services.Map("disk", check => check.Name == "disk"));

        var listed = await new Grpc.Health.V1.Health.HealthClient(server.Channel).ListAsync(new HealthListRequest());

        Assert.Equal([("", NotServing), ("disk", NotServing)], listed.Statuses.Select(pair => (pair.Key, pair.Value.Status)).Order());
    }

    [Fact]
    public async Task Check_FromTheCache_ShowsOnlyWhatWasPublished()
    {
        await using var server = await StartAsync(options => options.UseHealthChecksCache = true);
        Assert.Equal(Unknown, await CheckAsync(server, ""));

        await PublishAsync(server);
        _checks["disk"] = HealthStatus.Unhealthy;
        Assert.Equal(Serving, await CheckAsync(server, ""));

        await PublishAsync(server);
        Assert.Equal(NotServing, await CheckAsync(server, ""));
    }

    [Fact]
    public async Task Watch_PublishedResults_TellsEveryChangeOnce()
    {
        await using var server = await StartAsync();
        using var call = Watch(server, "");
        await AssertNext(call, Serving);

        // The calls in between give a superfluous message the time to be sent.
        for (var i = 0; i < 10; i++)
        {
            await PublishAsync(server);
            await CheckAsync(server, "");
        }

        _checks["disk"] = HealthStatus.Unhealthy;
        await PublishAsync(server);
        await AssertNext(call, NotServing);

        _checks["disk"] = HealthStatus.Healthy;
        await PublishAsync(server);
        await AssertNext(call, Serving);
    }

    [Fact]
    public async Task Watch_UnknownService_SaysSoAndGoesOn()
    {
        await using var server = await StartAsync();
        using var call = Watch(server, "nobody");

        await AssertNext(call, ServiceUnknown);
        Assert.Throws<InvalidOperationException>(() => call.GetStatus());
    }

    [Fact]
    public async Task Watch_ServerStops_EndsWithNotServing()
    {
        await using var server = await StartAsync();
        using var call = Watch(server, "");
        await AssertNext(call, Serving);

        var stopping = server.StopAsync();

        await AssertNext(call, NotServing);
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        await stopping;
    }

    [Fact]
    public async Task MapGrpcHealthChecksService_NotRegistered_SaysWhatToCall()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => SampleServer.StartAsync(map: app => app.MapGrpcHealthChecksService()));

        Assert.Contains("AddGrpcHealthChecks", failure.Message, StringComparison.Ordinal);
    }

    private static AsyncServerStreamingCall<HealthCheckResponse> Watch(SampleServer server, string service) =>
        new Grpc.Health.V1.Health.HealthClient(server.Channel).Watch(new HealthCheckRequest { Service = service });

    private static async Task AssertNext(AsyncServerStreamingCall<HealthCheckResponse> call, ServingStatus expected)
    {
        Assert.True(await call.ResponseStream.MoveNext(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token));
        Assert.Equal(expected, call.ResponseStream.Current.Status);
    }

    private static async Task<ServingStatus> CheckAsync(SampleServer server, string service) =>
        (await new Grpc.Health.V1.Health.HealthClient(server.Channel).CheckAsync(new HealthCheckRequest { Service = service })).Status;

    /// <summary>What the host does every 30 seconds.</summary>
    private static async Task PublishAsync(SampleServer server)
    {
        var report = await server.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        foreach (var publisher in server.Services.GetServices<IHealthCheckPublisher>())
            await publisher.PublishAsync(report, CancellationToken.None);
    }

    private Task<SampleServer> StartAsync(Action<GrpcHealthChecksOptions>? configure = null) => SampleServer.StartAsync(
        services: services =>
        {
            // Only the tests publish.
            services.Configure<HealthCheckPublisherOptions>(options => options.Delay = TimeSpan.FromDays(1));
            var checks = configure is null ? services.AddGrpcHealthChecks() : services.AddGrpcHealthChecks(configure);
            foreach (var name in _checks.Keys)
                checks.AddCheck(name, () => new HealthCheckResult(_checks[name]), tags: [name]);
        },
        map: app => app.MapGrpcHealthChecksService());
}
