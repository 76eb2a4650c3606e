using System.Net;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Viewers;

/// <summary>What stands in the database after playback. What leaves the service over OTLP is searched by Observability.Tests.</summary>
public sealed class PrivacyTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Player = "UnusualPlayer/7.1 (telling; details)";

    [Theory]
    [InlineData("203.0.113.77", "Hash", false)]
    [InlineData("2001:db8:1:2::77", "Hash", false)]
    [InlineData("203.0.113.77", "Drop", false)]
    [InlineData("203.0.113.77", "Keep", true)]
    public async Task Playback_FromAnAddress_LeavesNoneOfItAndTheUserAgentBySetting(string address, string setting, bool isUserAgentKept)
    {
        await using var host = await TelemetryHost.StartAsync(await postgres.CreateDatabaseAsync(), ("Telemetry:UserAgent", setting));
        var player = new PlaybackSessionService.PlaybackSessionServiceClient(host.Invoker(
            Identity.Viewer, replica: 0, ("x-forwarded-for", address), ("user-agent", Player), ("cf-ipcountry", "NO")));
        var session = await player.StartSessionAsync(new() { Content = new() { TitleId = Guid.CreateVersion7().ToString() } });
        await player.AppendEventsAsync(Append(session, [Event(1, EventType.Play), Event(2), Event(0), Event(3, EventType.Complete)]));

        var all = await DumpAsync(host);

        Assert.Contains(session.SessionId, all, StringComparison.Ordinal);
        Assert.Contains(",NO,", all, StringComparison.Ordinal);
        Assert.DoesNotContain(address, all, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToHexString(IPAddress.Parse(address).GetAddressBytes()), all, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(isUserAgentKept, all.Contains("UnusualPlayer", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Every row of every table as text; bytes as hexadecimal digits.</summary>
    private static async Task<string> DumpAsync(TelemetryHost host)
    {
        var tables = await host.ScalarAsync<string>("SELECT string_agg(format('SELECT t::text FROM %I t', tablename), ' UNION ALL ') FROM pg_tables WHERE schemaname = 'public'");
        return await host.ScalarAsync<string>($"SELECT string_agg(rows.t, chr(10)) FROM ({tables}) AS rows");
    }
}
