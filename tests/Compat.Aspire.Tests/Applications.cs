using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Compat.Aspire.Tests;

/// <summary>Applications of plain commands, made in the test's own process.</summary>
internal static class Applications
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static IDistributedApplicationBuilder Create(params string[] settings) => DistributedApplication.CreateBuilder(new DistributedApplicationOptions
    {
        ProjectDirectory = AppContext.BaseDirectory,
        Args = ["--Aspire:Execution:Console=false", .. settings.Select(s => $"--{s}")],
    });

    public static IResourceBuilder<ExecutableResource> Shell(this IDistributedApplicationBuilder builder, string name, string script) =>
        builder.AddExecutable(name, "sh", ".", "-c", script);

    public static IResourceBuilder<ExecutableResource> Server(this IDistributedApplicationBuilder builder, string name) =>
        builder.Shell(name, "exec sleep 1000");

    /// <summary>A health check that the test turns healthy when it likes.</summary>
    public static IResourceBuilder<T> WithSwitch<T>(this IResourceBuilder<T> builder, Func<bool> isHealthy)
        where T : IResource
    {
        var key = $"{builder.Resource.Name}-switch";
        builder.ApplicationBuilder.Services.AddHealthChecks()
            .AddCheck(key, () => isHealthy() ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("switched off"));
        return builder.WithHealthCheck(key);
    }

    public static Task<ResourceEvent> Until(this DistributedApplication app, string resource, string state) =>
        app.ResourceNotifications.WaitForResourceAsync(resource, e => e.Snapshot.State?.Text == state).WaitAsync(Patience);

    public static Task<ResourceEvent> UntilHealthy(this DistributedApplication app, string resource) =>
        app.ResourceNotifications.WaitForResourceHealthyAsync(resource).WaitAsync(Patience);

    public static CustomResourceSnapshot Snapshot(this DistributedApplication app, string resource) =>
        app.ResourceNotifications.TryGetCurrentState(resource, out var state)
            ? state!.Snapshot
            : throw new InvalidOperationException($"{resource} has no state");
}
