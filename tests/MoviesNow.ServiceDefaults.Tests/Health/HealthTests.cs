using System.Globalization;
using System.Net;
using System.Text;
using Grpc.Core;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.Testing;

namespace MoviesNow.ServiceDefaults.Tests.Health;

public sealed class HealthTests(PostgresOutageFixture postgres) : IClassFixture<PostgresOutageFixture>
{
    private const int Serving = 1;
    private const int NotServing = 2;

    [Fact]
    public async Task Health_DatabaseStoppedAndStarted_LeavesTheServiceLiveAndMakesItReadyAgain()
    {
        await using var host = await TestHost.StartAsync(
            _ => { },
            builder => builder.AddPostgres("db"),
            ("ConnectionStrings:db", await postgres.Server.CreateDatabaseAsync()));
        await AssertAsync(host, ready: true);

        await postgres.Server.StopAsync();
        await AssertAsync(host, ready: false);

        await postgres.Server.StartAsync();
        await AssertAsync(host, ready: true);

        await postgres.Server.KillAsync();
        await AssertAsync(host, ready: false);

        await postgres.Server.StartAsync();
        await AssertAsync(host, ready: true);
    }

    [Fact]
    public async Task Health_ServiceWithoutDependencies_IsReady()
    {
        await using var host = await TestHost.StartAsync(_ => { });

        await AssertAsync(host, ready: true);
    }

    private async Task AssertAsync(TestHost host, bool ready)
    {
        using var live = await host.GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal("""{"status":"Healthy","checks":{"self":"Healthy"}}""", await live.Content.ReadAsStringAsync());

        using var readiness = await host.GetAsync("/health/ready");
        var body = await readiness.Content.ReadAsStringAsync();
        Assert.Equal(ready ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, readiness.StatusCode);
        Assert.StartsWith($$"""{"status":"{{(ready ? "Healthy" : "Unhealthy")}}",""", body, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", body, StringComparison.Ordinal);
        Assert.DoesNotContain(postgres.Server.Port.ToString(CultureInfo.InvariantCulture), body, StringComparison.Ordinal);
        Assert.Contains("no-store", readiness.Headers.CacheControl?.ToString(), StringComparison.Ordinal);

        Assert.Equal(Serving, await CheckAsync(host, "live"));
        Assert.Equal(ready ? Serving : NotServing, await CheckAsync(host, "ready"));
        Assert.Equal(ready ? Serving : NotServing, await CheckAsync(host, ""));
    }

    /// <summary>grpc.health.v1.Health/Check as any prober sends it: field 1 is the service's name; field 1 of the answer its status.</summary>
    private static async Task<int> CheckAsync(TestHost host, string service)
    {
        var answer = await host.PostAsync("/grpc.health.v1.Health/Check", [0x0a, (byte)service.Length, .. Encoding.ASCII.GetBytes(service)]);
        Assert.Equal(StatusCode.OK, answer.Code);
        Assert.Equal(0x08, answer.Message[0]);
        return answer.Message[1];
    }
}
