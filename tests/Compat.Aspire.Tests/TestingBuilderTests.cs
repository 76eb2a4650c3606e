using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace Compat.Aspire.Tests;

public sealed class TestingBuilderTests
{
    [Fact]
    public async Task CreateAsync_SampleAppHost_RunsItAndPassesWhatServicesNeed()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Sample_AppHost>(["Parameters:greeting=good day"]);
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        await app.UntilHealthy("delivery");
        using var catalog = app.CreateHttpClient("catalog", "http");
        using var delivery = app.CreateHttpClient("delivery", "http");

        Assert.Equal("good day", await catalog.GetStringAsync("env/GREETING"));
        Assert.Equal("Development", await catalog.GetStringAsync("env/ASPNETCORE_ENVIRONMENT"));
        Assert.Equal("catalog", await catalog.GetStringAsync("env/OTEL_SERVICE_NAME"));
        Assert.Equal(await app.GetConnectionStringAsync("storedb"), await catalog.GetStringAsync("env/ConnectionStrings__storedb"));
        Assert.Equal(app.GetEndpoint("catalog", "grpc").ToString(), $"{await delivery.GetStringAsync("env/services__catalog__grpc__0")}/");
        Assert.Contains("migrated", await LogAsync(app, "migration"));

        // The endpoint that is for gRPC speaks HTTP/2 alone; a caller finds both by the service's name.
        Assert.Equal("HTTP/1.1", await delivery.GetStringAsync("call?uri=http://catalog/protocol"));
        using var grpc = app.CreateHttpClient("catalog", "grpc");
        grpc.DefaultRequestVersion = HttpVersion.Version20;
        grpc.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        Assert.Equal("HTTP/2", await grpc.GetStringAsync("protocol"));
    }

    [Fact]
    public async Task CreateAsync_TwiceInOneProcess_LeavesNothingOfTheFirst()
    {
        for (var i = 0; i < 2; i++)
        {
            int pid;
            await using (var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Sample_AppHost>())
            {
                builder.CreateResourceBuilder<ProjectResource>("delivery").WithExplicitStart();
                builder.CreateResourceBuilder<ProjectResource>("catalog").WithEnvironment("ADDED", "by the test");
                await using var app = await builder.BuildAsync();
                await app.StartAsync();
                await app.UntilHealthy("catalog");
                using var catalog = app.CreateHttpClient("catalog");
                Assert.Equal("by the test", await catalog.GetStringAsync("env/ADDED"));
                Assert.Equal(KnownResourceStates.NotStarted, app.Snapshot("delivery").State!.Text);
                pid = int.Parse(await catalog.GetStringAsync("pid"));
            }

            Assert.False(Path.Exists($"/proc/{pid}"));
        }
    }

    [Fact]
    public async Task CreateAsync_NeverBuilt_EndsTheEntryPoint()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Sample_AppHost>();
        await builder.DisposeAsync();
    }

    [Fact]
    public async Task StartAsync_ResourceFails_TellsWhoWaitsAndKeepsTheExitCodeOfTheTest()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Sample_AppHost>(["MigrationExitCode=4"]);
        await using var app = await builder.BuildAsync();
        await app.StartAsync();

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.UntilHealthy("delivery"));

        Assert.Contains("migration", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, Environment.ExitCode);
    }

    private static async Task<string> LogAsync(DistributedApplication app, string resource)
    {
        var loggers = (ResourceLoggerService)app.Services.GetService(typeof(ResourceLoggerService))!;
        await foreach (var batch in loggers.GetAllAsync(resource))
            return string.Join('\n', batch.Select(l => l.Content));
        return "";
    }
}
