using Microsoft.Extensions.Options;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Clients;
using MoviesNow.Upload.Bundles;
using MoviesNow.Upload.Multipart;
using MoviesNow.Upload.Proxy;
using MoviesNow.Upload.Sweeping;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload;

/// <summary>What the upload service is made of.</summary>
public static class UploadHost
{
    /// <summary>Adds the service's own parts and its clients of the catalogue.</summary>
    public static void AddUploads(this IServiceCollection services)
    {
        services.AddOptions<UploadOptions>().BindConfiguration(UploadOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<UploadOptions>, UploadOptionsValidator>();
        services.AddServiceClient<TitleService.TitleServiceClient>("catalog");
        services.AddServiceClient<SeasonService.SeasonServiceClient>("catalog");
        services.AddServiceClient<AssetService.AssetServiceClient>("catalog");
        services.AddServiceClient<BundleService.BundleServiceClient>("catalog");
        services.AddSingleton<UploadTelemetry>();
        services.AddSingleton<UploadStore>();
        services.AddSingleton<CatalogGateway>();
        services.AddSingleton<UploadHeaders>();
        services.AddSingleton<UploadChecks>();
        services.AddSingleton<UploadDrafts>();
        services.AddSingleton<UploadUrls>();
        services.AddSingleton<UploadOpener>();
        services.AddSingleton<UploadCloser>();
        services.AddSingleton<UploadResumer>();
        services.AddSingleton<ObjectOwnership>();
        services.AddSingleton<UploadRestarter>();
        services.AddSingleton<StorageUploads>();
        services.AddSingleton<LostObjects>();
        services.AddSingleton<ObjectDigests>();
        services.AddSingleton<ObjectVerifier>();
        services.AddSingleton<MultipartCompleter>();
        services.AddSingleton<UploadFinalizer>();
        services.AddSingleton<BundleLock>();
        services.AddSingleton<BundleReservation>();
        services.AddSingleton<BundleRemover>();
        services.AddSweeping();
    }

    /// <summary>Maps the services of the upload contract.</summary>
    public static void MapUploads(this IEndpointRouteBuilder app)
    {
        app.MapGrpcService<UploadGrpcService>();
        app.MapGrpcService<MultipartGrpcService>();
        app.MapGrpcService<BundleUploadGrpcService>();
        app.MapGrpcService<ProxyUploadGrpcService>();
        app.MapGrpcService<SweepGrpcService>();
    }
}
