using Microsoft.Extensions.Options;
using MoviesNow.Upload.Packages;
using MoviesNow.Upload.Sweeping.Steps;

namespace MoviesNow.Upload.Sweeping;

/// <summary>What the sweeper is made of.</summary>
internal static class SweepServices
{
    /// <summary>Adds the sweeper and its steps, in the order in which they run.</summary>
    public static IServiceCollection AddSweeping(this IServiceCollection services)
    {
        services.AddOptions<SweepOptions>().BindConfiguration(SweepOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SweepOptions>, SweepOptionsValidator>();
        services.AddSingleton<SweepTelemetry>();
        services.AddSingleton<SweepStore>();
        services.AddSingleton<OrphanStore>();
        services.AddSingleton<SweepPositions>();
        services.AddSingleton<SweepLeases>();
        services.AddSingleton<SweepCatalog>();
        services.AddSingleton<StoredBytes>();
        services.AddSingleton<IObjectOwner, CatalogOwner>();
        services.AddSingleton<IObjectOwner, PackageOwner>();
        services.AddSingleton<ISweepStep, DeadlineStep>();
        services.AddSingleton<ISweepStep, UnfinishedStep>();
        services.AddSingleton<ISweepStep, LateWriteStep>();
        services.AddSingleton<ISweepStep, MultipartStep>();
        services.AddSingleton<ISweepStep, PackageStep>();
        services.AddSingleton<ISweepStep, BundleStep>();
        services.AddSingleton<ISweepStep, BucketStep>();
        services.AddSingleton<ISweepStep, LostStep>();
        services.AddSingleton<ISweepStep, OrphanStep>();
        services.AddSingleton<ISweepStep, JoinedStep>();
        services.AddSingleton<Sweeper>();
        services.AddHostedService<SweepSchedule>();
        services.AddHostedService<BucketRules>();
        return services;
    }
}
