using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MoviesNow.AppHost;

/// <summary>Says when everything is healthy and the demo is done, and where; the command line finds the same in <c>environment.json</c>.</summary>
internal static class ReadyAnnouncement
{
    public static void AnnounceWhenReady(
        this IDistributedApplicationBuilder builder,
        LocalHome home,
        LocalSecrets secrets,
        IResourceBuilder<ProjectResource> demo,
        params IResourceBuilder<ProjectResource>[] services) => builder.Services.AddHostedService(provider =>
            new Announcer(
                provider.GetRequiredService<ResourceNotificationService>(),
                provider.GetRequiredService<IHostApplicationLifetime>(),
                home,
                secrets,
                demo.Resource,
                [.. services.Select(service => service.Resource)]));

    private sealed class Announcer(
        ResourceNotificationService notifications,
        IHostApplicationLifetime lifetime,
        LocalHome home,
        LocalSecrets secrets,
        ProjectResource demo,
        ProjectResource[] services) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            try
            {
                await Task.WhenAll(services.Select(service => notifications.WaitForResourceHealthyAsync(service.Name, stoppingToken)));
                WriteEnvironment();
                if (home.IsSeeded || await DemoSucceedsAsync(stoppingToken))
                {
                    Announce();
                }
            }
            catch (DistributedApplicationException)
            {
                // A resource failed: the application says which, and stops.
            }
        }

        private async Task<bool> DemoSucceedsAsync(CancellationToken cancellationToken)
        {
            var ended = await notifications.WaitForResourceAsync(demo.Name, state => state.Snapshot.ExitCode is not null, cancellationToken);
            if (ended.Snapshot.ExitCode is not 0)
            {
                // Nothing waits for the demo, so its failure is ours to act on; what it said was shown with its end.
                Console.Error.WriteLine($"The demo failed, so the application stops. Its output is in {home.PathOf("logs/demo.log")}");
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return false;
            }

            home.MarkSeeded();
            return true;
        }

        private void Announce()
        {
            var addresses = string.Join(", ", services.Select(service => $"{service.Name} {AddressOf(service, "grpc")}"));
            Console.WriteLine($"  Try: dotnet run --project tools/MoviesNow.Cli -- demo    Logs: {home.PathOf("logs")}    Stop: Ctrl+C");
            Console.WriteLine($"MoviesNow is ready: {addresses}");
        }

        public override async Task StopAsync(CancellationToken cancellationToken)
        {
            await base.StopAsync(cancellationToken);
            File.Delete(EnvironmentFile);
        }

        private string EnvironmentFile => home.PathOf("environment.json");

        private static string AddressOf(ProjectResource service, string endpoint) => service.GetEndpoint(endpoint).Url;

        /// <summary>In the shape of configuration, for the command line to read.</summary>
        private void WriteEnvironment() => OwnerOnlyFile.Write(EnvironmentFile, JsonSerializer.Serialize(new
        {
            services = services.ToDictionary(
                service => service.Name,
                service => new { grpc = new[] { AddressOf(service, "grpc") }, http = new[] { AddressOf(service, "http") } },
                StringComparer.Ordinal),
            Auth = new { LocalSigningKey = secrets.SigningKey },
        }));
    }
}
