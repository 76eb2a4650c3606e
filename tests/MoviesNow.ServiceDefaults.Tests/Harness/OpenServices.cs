using Microsoft.AspNetCore.Builder;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.V1;
using MoviesNow.Telemetry.V1;
using MoviesNow.Upload.V1;
using CatalogPlaybackService = MoviesNow.Catalog.V1.PlaybackService;
using DeliveryPlaybackService = MoviesNow.Delivery.V1.PlaybackService;

namespace MoviesNow.ServiceDefaults.Tests.Harness;

/// <summary>Every service of the contract with nothing behind it: whoever is let in finds UNIMPLEMENTED.</summary>
internal static class OpenServices
{
    public static void MapAll(WebApplication app)
    {
        app.MapGrpcService<Audit>();
        app.MapGrpcService<Titles>();
        app.MapGrpcService<Seasons>();
        app.MapGrpcService<Assets>();
        app.MapGrpcService<Artworks>();
        app.MapGrpcService<Variants>();
        app.MapGrpcService<Packages>();
        app.MapGrpcService<Playback>();
        app.MapGrpcService<Imports>();
        app.MapGrpcService<Exports>();
        app.MapGrpcService<Bundles>();
        app.MapGrpcService<Uploads>();
        app.MapGrpcService<Parts>();
        app.MapGrpcService<Proxy>();
        app.MapGrpcService<BundleUploads>();
        app.MapGrpcService<PackageUploads>();
        app.MapGrpcService<Sweeps>();
        app.MapGrpcService<Links>();
        app.MapGrpcService<Tokens>();
        app.MapGrpcService<ProtectedPlayback>();
        app.MapGrpcService<Sessions>();
        app.MapGrpcService<Qoe>();
        app.MapGrpcService<Viewers>();
    }

    private sealed class Audit : AuditService.AuditServiceBase;

    private sealed class Titles : TitleService.TitleServiceBase;

    private sealed class Seasons : SeasonService.SeasonServiceBase;

    private sealed class Assets : AssetService.AssetServiceBase;

    private sealed class Artworks : ArtworkService.ArtworkServiceBase;

    private sealed class Variants : StreamVariantService.StreamVariantServiceBase;

    private sealed class Packages : PackageService.PackageServiceBase;

    private sealed class Playback : CatalogPlaybackService.PlaybackServiceBase;

    private sealed class Imports : ImportService.ImportServiceBase;

    private sealed class Exports : ExportService.ExportServiceBase;

    private sealed class Bundles : BundleService.BundleServiceBase;

    private sealed class Uploads : UploadService.UploadServiceBase;

    private sealed class Parts : MultipartUploadService.MultipartUploadServiceBase;

    private sealed class Proxy : ProxyUploadService.ProxyUploadServiceBase;

    private sealed class BundleUploads : BundleUploadService.BundleUploadServiceBase;

    private sealed class PackageUploads : PackageUploadService.PackageUploadServiceBase;

    private sealed class Sweeps : SweepService.SweepServiceBase;

    private sealed class Links : DownloadLinkService.DownloadLinkServiceBase;

    private sealed class Tokens : DownloadTokenService.DownloadTokenServiceBase;

    private sealed class ProtectedPlayback : DeliveryPlaybackService.PlaybackServiceBase;

    private sealed class Sessions : PlaybackSessionService.PlaybackSessionServiceBase;

    private sealed class Qoe : QoeService.QoeServiceBase;

    private sealed class Viewers : ViewerService.ViewerServiceBase;
}
