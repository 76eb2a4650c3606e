using System.Net;
using MoviesNow.Telemetry.Events;
using MoviesNow.Testing;
using Npgsql;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Cmcd.CollectorClient;

namespace Telemetry.Tests.Cmcd;

/// <summary>What players are told when they are too many, from which pages they may come, and what no log says.</summary>
public sealed class CollectorLimitsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Post_MoreOftenThanASessionMay_IsTooManyRequests()
    {
        await using var host = await StartAsync(("RateLimits:Enabled", "true"), ("RateLimits:Methods:CmcdEndpoint.Report:PermitsPerMinute", "3"));
        using var player = new CollectorClient(host);
        var (busy, other) = (await host.StartSessionAsync(), await host.StartSessionAsync());
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 4; i++)
        {
            answers.Add(await player.PostAsync(busy, Line(i, "e=t")));
        }

        Assert.Equal([HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.TooManyRequests], answers.Select(answer => answer.StatusCode));
        Assert.InRange(answers[3].Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 20);
        Assert.Equal(HttpStatusCode.NoContent, (await player.PostAsync(other, Line(0, "e=t"))).StatusCode);
    }

    [Fact]
    public async Task Post_DatabaseDoesNotKeepUp_IsTooManyRequests()
    {
        await using var host = await StartAsync(("Telemetry:MaxQueuedEvents", "500"));
        using var player = new CollectorClient(host);
        var session = await host.StartSessionAsync();
        await player.PostAsync(session, Line(999, "e=t"));
        Task<HttpResponseMessage> waiting;
        await using (var connection = await host.Database.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand("SELECT FROM playback_session FOR UPDATE", connection, transaction);
            await hold.ExecuteNonQueryAsync();
            waiting = player.PostAsync(session, string.Join('\n', Enumerable.Range(0, 500).Select(n => Line(n, "e=t"))));
            await UntilHeldAsync(host, 500);

            using var refused = await player.PostAsync(session, Line(600, "e=t"));

            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        }

        Assert.Equal(HttpStatusCode.NoContent, (await waiting).StatusCode);
        Assert.Equal(501, (await host.GetSessionAsync(session.SessionId)).EventCount);
    }

    [Fact]
    public async Task Post_Defect_IsToldWithoutItsText()
    {
        await using var host = await StartAsync();
        using var logs = new CapturedLogs();
        host.Get<Microsoft.Extensions.Logging.ILoggerFactory>().AddProvider(logs);
        using var player = new CollectorClient(host);
        var session = await host.StartSessionAsync();
        await using (var rename = host.Database.CreateCommand("ALTER TABLE playback_session RENAME TO moved"))
        {
            await rename.ExecuteNonQueryAsync();
        }

        using var answer = await player.PostAsync(session, Line(0, "e=t"));

        Assert.Equal((HttpStatusCode.InternalServerError, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Contains(logs.Lines, line => line.Contains("Reports could not be recorded: Npgsql.PostgresException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Preflight_FollowsTheConfiguredOrigins()
    {
        await using var host = await StartAsync(("Cors:AllowedOrigins:0", "https://player.example"));
        using var player = new CollectorClient(host);
        var session = await host.StartSessionAsync();

        using var allowed = await PreflightAsync("https://player.example");
        using var refused = await PreflightAsync("https://other.example");
        using var posted = await player.SendAsync(HttpMethod.Get, $"{Target(session)}&CMCD=bs", headers: ("origin", "https://player.example"));

        Assert.Equal(HttpStatusCode.NoContent, allowed.StatusCode);
        Assert.Equal("https://player.example", Assert.Single(allowed.Headers.GetValues("access-control-allow-origin")));
        Assert.Contains("GET", Assert.Single(allowed.Headers.GetValues("access-control-allow-methods")), StringComparison.Ordinal);
        Assert.Contains("CMCD-Object", Assert.Single(allowed.Headers.GetValues("access-control-allow-headers")), StringComparison.OrdinalIgnoreCase);
        Assert.False(refused.Headers.Contains("access-control-allow-origin"));
        Assert.Equal("https://player.example", Assert.Single(posted.Headers.GetValues("access-control-allow-origin")));
        Assert.Equal("retry-after", Assert.Single(posted.Headers.GetValues("access-control-expose-headers")), ignoreCase: true);

        Task<HttpResponseMessage> PreflightAsync(string origin) => player.SendAsync(HttpMethod.Options, Target(session), headers:
        [
            ("origin", origin), ("access-control-request-method", "GET"),
            ("access-control-request-headers", "content-encoding,content-type,cmcd-object,cmcd-request,cmcd-session,cmcd-status"),
        ]);
    }

    [Fact]
    public async Task Post_LogsOfEverythingSwitchedOn_SayNoToken()
    {
        using var logs = new CapturedLogs();
        await using var host = await StartAsync(
            ("Logging:LogLevel:Default", "Trace"), ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"), ("Logging:Captured:LogLevel:Default", "Trace"),
            ("Logging:Captured:LogLevel:Microsoft.AspNetCore", "Trace"), ("Logging:Captured:LogLevel:Microsoft.AspNetCore.Hosting", "Trace"));
        host.Get<Microsoft.Extensions.Logging.ILoggerFactory>().AddProvider(logs);
        using var player = new CollectorClient(host);
        var session = await host.StartSessionAsync();

        await player.PostAsync(session, Line(0, "e=t"));
        await player.PostAsync(session, "nonsense");
        await player.SendAsync(HttpMethod.Get, $"{Target(session)}&CMCD=bs");
        await player.SendAsync(HttpMethod.Put, Target(session));
        await player.SendAsync(HttpMethod.Post, $"/cmcd?session={session.SessionId}&token={session.SessionToken}x");

        Assert.Contains(logs.Lines, line => line.Contains("cmcd", StringComparison.Ordinal));
        Assert.DoesNotContain(logs.Lines, line => line.Contains(session.SessionToken[..20], StringComparison.Ordinal));
    }

    private async Task<TelemetryHost> StartAsync(params (string Key, string Value)[] settings) => await TelemetryHost.StartAsync(await postgres.CreateDatabaseAsync(), settings);

    private static async Task UntilHeldAsync(TelemetryHost host, int events)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (host.Get<WriteQueue>().HeldEvents != events)
        {
            await Task.Delay(5, limit.Token);
        }
    }
}
