using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MoviesNow.AppHost.Dashboard;
using MoviesNow.AppHost.Local;
using MoviesNow.AppHost.Media;
using MoviesNow.AppHost.Site;

namespace MoviesNow.AppHost.Startup;

/// <summary>Says when everything is healthy and the demo is done, and where; the command line finds the same in <c>environment.json</c>.</summary>
internal static class ReadyAnnouncement
{
    public static void AnnounceWhenReady(
        this IDistributedApplicationBuilder builder,
        LocalHome home,
        LocalSecrets secrets,
        IResourceBuilder<ProjectResource> demo,
        MediaOrigin media,
        PlayerSite site,
        params IResourceBuilder<ProjectResource>[] services)
    {
        if (builder.ExecutionContext.IsRunMode)
        {
            builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<Announcer>(
                provider, home, secrets, demo.Resource, media, site, services.Select(service => service.Resource).ToArray()));
        }
    }

    private sealed class Announcer(
        ResourceNotificationService notifications,
        StartupWatch watch,
        IConfiguration configuration,
        LocalHome home,
        LocalSecrets secrets,
        ProjectResource demo,
        MediaOrigin media,
        PlayerSite site,
        ProjectResource[] services) : BackgroundService
    {
        private string EnvironmentFile => home.PathOf("environment.json");

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.WhenAll(services.Concat<IResource>(media.Server is { } server ? [server.Resource] : [])
                .Select(resource => notifications.WaitForResourceHealthyAsync(resource.Name, stoppingToken)));
            var mediaUrl = media.Url is { } url ? await url.GetValueAsync(stoppingToken) : null;
            await WriteEnvironmentAsync(mediaUrl, stoppingToken);
            if (!home.IsSeeded)
            {
                // Its failure is told by the watch, which then stops the application.
                await notifications.WaitForResourceAsync(demo.Name, state => state.Snapshot.ExitCode is 0, stoppingToken);
                home.MarkSeeded();
            }

            watch.End();
            Announce(mediaUrl);
        }

        public override async Task StopAsync(CancellationToken cancellationToken)
        {
            await base.StopAsync(cancellationToken);
            File.Delete(EnvironmentFile);
        }

        private void Announce(string? mediaUrl)
        {
            string[] others = [mediaUrl is null ? "no CDN" : $"media {mediaUrl}", site.Describe(notifications)];
            var addresses = string.Join(", ", services.Select(service => $"{service.Name} {AddressOf(service, "grpc")}").Concat(others));
            Console.WriteLine("  Try: dotnet run --project tools/MoviesNow.Cli -- demo    Stop: Ctrl+C");
            Console.WriteLine($"  Dashboard: {DashboardSettings.LoginUrl(configuration)}");
            Console.WriteLine($"MoviesNow is ready: {addresses}");
        }

        private static string AddressOf(ProjectResource service, string endpoint) => service.GetEndpoint(endpoint).Url;

        /// <summary>In the shape of configuration, for the command line to read.</summary>
        private async Task WriteEnvironmentAsync(string? mediaUrl, CancellationToken cancellationToken)
        {
            var otlp = DashboardSettings.Otlp(configuration);
            OwnerOnlyFile.Write(EnvironmentFile, JsonSerializer.Serialize(new
            {
                services = services.ToDictionary(
                    service => service.Name,
                    service => new { grpc = new[] { AddressOf(service, "grpc") }, http = new[] { AddressOf(service, "http") } },
                    StringComparer.Ordinal),
                mediaUrl,
                Auth = new { LocalSigningKey = await secrets.SigningKey.Resource.GetValueAsync(cancellationToken) },
                OTEL_EXPORTER_OTLP_ENDPOINT = otlp.Endpoint,
                OTEL_EXPORTER_OTLP_HEADERS = otlp.Headers,
            }));
        }
    }
}
