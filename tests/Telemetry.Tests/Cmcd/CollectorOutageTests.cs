using System.Net;
using MoviesNow.Testing;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Cmcd.CollectorClient;

namespace Telemetry.Tests.Cmcd;

/// <summary>This test stops its database server, so it is its alone.</summary>
public sealed class CollectorOutageTests(PostgresOutageFixture postgres) : IClassFixture<PostgresOutageFixture>
{
    [Fact]
    public async Task Post_DatabaseIsDown_IsToBeSentAgainAndThenCountsOnce()
    {
        await using var host = await TelemetryHost.StartAsync(await postgres.Server.CreateDatabaseAsync());
        using var player = new CollectorClient(host);
        var (known, unknown) = (await host.StartSessionAsync(), await host.StartSessionAsync());
        await player.PostAsync(known, Line(0, "e=t"));
        await postgres.Server.StopAsync();

        foreach (var session in new[] { known, unknown })
        {
            using var refused = await player.PostAsync(session, Line(1, "e=t"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        await postgres.Server.StartAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await player.PostAsync(known, Line(1, "e=t"))).StatusCode);
        Assert.Equal(2, (await host.GetSessionAsync(known.SessionId)).EventCount);
    }
}
