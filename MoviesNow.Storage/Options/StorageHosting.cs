using Amazon.S3;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MoviesNow.Storage;

/// <summary>Adds the media bucket to a host.</summary>
public static class StorageHosting
{
    /// <summary>The name of the health check; it is tagged <c>ready</c>.</summary>
    public const string HealthCheckName = "storage";

    private static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Adds <see cref="IObjectStore"/>, <see cref="IBucketAdministration"/>, <see cref="S3Presigner"/>, <see cref="HeadCache"/>,
    /// <see cref="ObjectHasher"/> and <see cref="ZipInspector"/>, configured by section <c>Storage</c>, which is validated when the host starts,
    /// and the health check <c>storage</c>.
    /// </summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="isVital">
    /// Whether the service's own work needs the bucket: then it is not ready while storage is down. Otherwise its health is degraded.
    /// </param>
    public static IHostApplicationBuilder AddObjectStorage(this IHostApplicationBuilder builder, bool isVital = true)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<StorageOptions>().BindConfiguration(StorageOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>());
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<StorageTelemetry>();
        services.TryAddSingleton<StorageGate>();
        services.TryAddSingleton<IAmazonS3>(provider => S3Clients.Create(provider.GetRequiredService<IOptions<StorageOptions>>().Value));
        services.TryAddSingleton<IObjectStore, S3ObjectStore>();
        services.TryAddSingleton<IBucketAdministration, S3Bucket>();
        services.TryAddSingleton<S3Presigner>();
        services.TryAddSingleton<HeadCache>();
        services.TryAddSingleton<ObjectHasher>();
        services.TryAddSingleton<ZipInspector>();
        services.TryAddSingleton<ZipHasher>();
        services.AddHealthChecks().AddCheck<StorageHealthCheck>(
            HealthCheckName, isVital ? HealthStatus.Unhealthy : HealthStatus.Degraded, tags: ["ready"], timeout: HealthTimeout);
        return builder;
    }
}
