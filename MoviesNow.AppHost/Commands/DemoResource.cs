using Microsoft.Extensions.DependencyInjection;
using MoviesNow.AppHost.Backing;
using MoviesNow.AppHost.Local;
using MoviesNow.AppHost.Media;

namespace MoviesNow.AppHost.Commands;

/// <summary>The demo of the command line as a resource, with commands for the dashboard.</summary>
internal static class DemoResource
{
    /// <summary>Adds the demo. It runs by itself on the first start only.</summary>
    public static IResourceBuilder<ProjectResource> AddDemo(
        this IDistributedApplicationBuilder builder, LocalSecrets secrets, LocalHome home, MediaOrigin media, params IResourceBuilder<ProjectResource>[] services)
    {
        var demo = builder.AddProject<Projects.MoviesNow_Cli>("demo")
            .StartedDirectly()
            .WithoutHttpsCertificate()
            .WithArgs("demo")
            .WithEnvironment("Auth__LocalSigningKey", secrets.SigningKey)
            .WithTamedTelemetry()
            .WithCommand(
                "run-demo",
                "Run the demo",
                context => Commands(context).ExecuteCommandAsync("demo", KnownResourceCommands.StartCommand, context.CancellationToken),
                new CommandOptions { IconName = "Play", Description = "Season ZIPs and a film make the round trip through the running system." });
        foreach (var service in services)
        {
            demo.WithReference(service).WaitFor(service);
        }

        if (media.Url is { } url)
        {
            demo.WithEnvironment("MediaUrl", url);
        }

        if (media.Server is { } server)
        {
            demo.WaitFor(server);
        }

        return home.IsSeeded ? demo.WithExplicitStart() : demo;
    }

    /// <summary>Adds a command that empties everything and runs the demo, where the servers are ours to empty.</summary>
    public static IResourceBuilder<ProjectResource> WithWipeCommand(this IResourceBuilder<ProjectResource> demo, BackingServers backing, LocalHome home) =>
        backing.WipeAsync is not { } wipe ? demo : demo.WithCommand(
            "wipe-and-reseed",
            "Wipe and reseed",
            async context =>
            {
                await ActivatorUtilities.CreateInstance<Reseed>(context.Services).RunAsync(wipe, context.CancellationToken);
                home.MarkSeeded();
                return CommandResults.Success();
            },
            new CommandOptions
            {
                IconName = "Delete",
                Description = "Empties the databases, Redis and the bucket, then runs the demo.",
                ConfirmationMessage = "Delete everything in the databases, Redis and the bucket of this checkout, and run the demo?",
            });

    private static ResourceCommandService Commands(ExecuteCommandContext context) =>
        context.Services.GetRequiredService<ResourceCommandService>();
}
