using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.V1;
using MoviesNow.Testing.Hosting;
using Npgsql;
using ListBundlesRequest = MoviesNow.Delivery.V1.ListBundlesRequest;

namespace MoviesNow.EndToEnd.Tests;

/// <summary>
/// The AppHost's own model, run by the test, without nginx: after the demo the public finds both seasons and watches the film, and everything
/// is in PostgreSQL.
/// </summary>
[Collection("AppHost")]
public sealed class RoundTripTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(9);

    [Fact]
    public async Task Demo_Completed_LeavesTwoPublicSeasonsAFilmAndAPlaybackSession()
    {
        using var home = new HomeDirectory();
        using var limit = new CancellationTokenSource(Limit);
        string[] arguments = [home.Argument, "--Cdn=development", "--Site=none", $"--Startup:TimeoutSeconds={AppHostProcess.StartupSeconds}"];
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.MoviesNow_AppHost>(arguments, limit.Token);
        await using var app = await builder.BuildAsync(limit.Token);
        await app.StartAsync(limit.Token);
        var notifications = app.Services.GetRequiredService<ResourceNotificationService>();
        var demo = await notifications.WaitForResourceAsync("demo", state => state.Snapshot.ExitCode is not null, limit.Token);
        Assert.Equal(0, demo.Snapshot.ExitCode);

        using var channel = GrpcChannel.ForAddress(app.GetEndpoint("delivery", "grpc"), new GrpcChannelOptions { HttpVersion = HttpVersion.Version20 });
        var links = new DownloadLinkService.DownloadLinkServiceClient(channel);
        var bundles = (await links.ListBundlesAsync(new ListBundlesRequest(), cancellationToken: limit.Token)).Bundles;
        Assert.Equal([2, 1], bundles.Select(bundle => bundle.SeasonNumber));
        var link = (await links.GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = bundles[0].Id }, cancellationToken: limit.Token)).Link;
        Assert.True(link.SizeBytes >= 64 << 20);
        await RpcAssert.FailsAsync(ErrorReason.KeyNotAllowed, async () =>
            await links.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = $"originals/{bundles[0].TitleId}/master.mov" }));

        using var catalog = GrpcChannel.ForAddress(app.GetEndpoint("catalog", "grpc"), new GrpcChannelOptions { HttpVersion = HttpVersion.Version20 });
        await new Viewer(catalog, channel, new Uri(app.GetEndpoint("delivery", "http"), "media/")).WatchAsync(limit.Token);

        using var http = app.CreateHttpClient("delivery", "http");
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/ready", limit.Token)).StatusCode);
        await using var telemetry = NpgsqlDataSource.Create((await app.GetConnectionStringAsync("telemetrydb", limit.Token))!);
        await using var count = telemetry.CreateCommand("SELECT count(*) FROM playback_event");
        Assert.Equal(6L, await count.ExecuteScalarAsync(limit.Token));
        await ReseedAsync(app, notifications, links, limit.Token);
        await app.StopAsync(limit.Token);
    }

    /// <summary>The dashboard's commands: the demo runs again; a wipe leaves what one demo makes.</summary>
    private static async Task ReseedAsync(
        DistributedApplication app, ResourceNotificationService notifications, DownloadLinkService.DownloadLinkServiceClient links, CancellationToken cancellationToken)
    {
        Assert.Equal(4, await RunAsync("run-demo"));
        Assert.Equal(2, await RunAsync("wipe-and-reseed"));

        async Task<int> RunAsync(string command)
        {
            var result = await app.ResourceCommands.ExecuteCommandAsync("demo", command, cancellationToken);
            Assert.True(result.Success, result.Message);
            await notifications.WaitForResourceAsync("demo", state => state.Snapshot.State?.Text == KnownResourceStates.Running, cancellationToken);
            var ended = await notifications.WaitForResourceAsync("demo", state => state.Snapshot.ExitCode is not null, cancellationToken);
            Assert.Equal(0, ended.Snapshot.ExitCode);
            return (await links.ListBundlesAsync(new ListBundlesRequest { PageSize = 50 }, cancellationToken: cancellationToken)).Bundles.Count;
        }
    }
}
