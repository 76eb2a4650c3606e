using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.V1;
using MoviesNow.Upload.V1;
using CatalogPlayback = MoviesNow.Catalog.V1.PlaybackService.PlaybackServiceClient;
using ProtectedPlayback = MoviesNow.Delivery.V1.PlaybackService.PlaybackServiceClient;

namespace MoviesNow.Cli.Catalog;

/// <summary>The services as one caller. Only the catalogue's address is always needed.</summary>
/// <param name="invoker">Calls the catalogue.</param>
/// <param name="upload">Calls the upload service.</param>
/// <param name="delivery">Calls the delivery service.</param>
internal sealed class CatalogClients(CallInvoker invoker, Lazy<CallInvoker> upload, Lazy<CallInvoker> delivery)
{
    public TitleService.TitleServiceClient Titles { get; } = new(invoker);

    public SeasonService.SeasonServiceClient Seasons { get; } = new(invoker);

    public AssetService.AssetServiceClient Assets { get; } = new(invoker);

    public StreamVariantService.StreamVariantServiceClient Variants { get; } = new(invoker);

    public CatalogPlayback Playback { get; } = new(invoker);

    public BundleService.BundleServiceClient Bundles { get; } = new(invoker);

    public BundleUploadService.BundleUploadServiceClient BundleUploads => new(upload.Value);

    public UploadService.UploadServiceClient Uploads => new(upload.Value);

    public MultipartUploadService.MultipartUploadServiceClient Multipart => new(upload.Value);

    public PackageUploadService.PackageUploadServiceClient Packages => new(upload.Value);

    public DownloadLinkService.DownloadLinkServiceClient Links => new(delivery.Value);

    public ProtectedPlayback ProtectedPlayback => new(delivery.Value);

    public DownloadTokenService.DownloadTokenServiceClient DownloadTokens => new(delivery.Value);
}
