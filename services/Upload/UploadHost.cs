using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Clients;
using MoviesNow.Upload.Bundles;
using MoviesNow.Upload.Multipart;
using MoviesNow.Upload.Packages;
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
        AddProxy(services);
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
        services.AddSingleton(typeof(SharedReads<>));
        services.AddSingleton<CheckProgress>();
        services.AddSingleton<ObjectDigests>();
        services.AddSingleton<ObjectVerifier>();
        services.AddSingleton<MultipartCompleter>();
        services.AddSingleton<UploadFinalizer>();
        services.AddSingleton<BundleLock>();
        services.AddSingleton<BundleReservation>();
        services.AddSingleton<BundleRemover>();
        services.AddSingleton<BundleHold>();
        services.AddSingleton<ManifestCatalog>();
        services.AddSingleton<ManifestUploader>();
        services.AddGrpc().AddServiceOptions<BundleUploadGrpcService>(grpc => grpc.MaxReceiveMessageSize = BundleUploadGrpcService.MaxRequestBytes);
        services.AddPackages();
        services.AddSweeping();
    }

    /// <summary>Maps the services of the upload contract. Belongs behind the service defaults.</summary>
    public static void MapUploads(this WebApplication app)
    {
        // So that the instruments are known before the first call.
        app.Services.GetRequiredService<PackageTelemetry>();
        app.UseMiddleware<ProxyBodyMiddleware>();
        app.MapGrpcService<UploadGrpcService>();
        app.MapGrpcService<MultipartGrpcService>();
        app.MapGrpcService<BundleUploadGrpcService>();
        app.MapGrpcService<PackageGrpcService>();
        app.MapGrpcService<ProxyUploadGrpcService>();
        app.MapGrpcService<SweepGrpcService>();
    }

    private static void AddProxy(IServiceCollection services)
    {
        services.AddOptions<ProxyOptions>().BindConfiguration(ProxyOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProxyOptions>, ProxyOptionsValidator>();
        services.AddGrpc().AddServiceOptions<ProxyUploadGrpcService>(grpc => grpc.MaxReceiveMessageSize = ProxyLimits.MaxMessage);

        // What arrives of a file that waits for its turn stays in the server's buffers: it should be little. All streams of a connection
        // together have room for it, or those that wait would stop those that have their turn.
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.Http2.InitialStreamWindowSize = ProxyLimits.Window;
            kestrel.Limits.Http2.InitialConnectionWindowSize = ProxyLimits.Window * kestrel.Limits.Http2.MaxStreamsPerConnection;
            kestrel.Limits.MaxRequestBufferSize = ProxyLimits.Window;
        });
        services.AddSingleton<ProxyAdmission>();
        services.AddSingleton<SmallFileChecks>();
        services.AddSingleton<SmallFileReceiver>();
        services.AddSingleton<ProxyObjects>();
        services.AddSingleton<ProxyUploader>();
    }
}
