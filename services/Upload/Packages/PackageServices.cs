using Microsoft.Extensions.Options;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Clients;

namespace MoviesNow.Upload.Packages;

/// <summary>What uploads of packages are made of.</summary>
internal static class PackageServices
{
    public static void AddPackages(this IServiceCollection services)
    {
        services.AddOptions<PackageOptions>().BindConfiguration(PackageOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PackageOptions>, PackageOptionsValidator>();
        services.AddServiceClient<PackageService.PackageServiceClient>("catalog");
        services.AddSingleton<PackageTelemetry>();
        services.AddSingleton<PackageStore>();
        services.AddSingleton<PackageFileStore>();
        services.AddSingleton<PackageSweepStore>();
        services.AddSingleton<PackageCatalog>();
        services.AddSingleton<PackageHeaders>();
        services.AddSingleton<PackageObjectCheck>();
        services.AddSingleton<PackageUrls>();
        services.AddSingleton<PackageVerifier>();
        services.AddSingleton<PackageResumer>();
        services.AddSingleton<PackageFinalizer>();
        services.AddSingleton<PackageCloser>();
    }
}
