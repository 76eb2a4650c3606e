using MoviesNow.Catalog;
using MoviesNow.Catalog.Artworks;
using MoviesNow.Catalog.Assets;
using MoviesNow.Catalog.Bundles;
using MoviesNow.Catalog.Caching;
using MoviesNow.Catalog.Packages;
using MoviesNow.Catalog.Playback;
using MoviesNow.Catalog.Seasons;
using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.Transfer;
using MoviesNow.Catalog.Validation;
using MoviesNow.ServiceDefaults;
using MoviesNow.ServiceDefaults.Audit;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Storage;

if (MigrateCommand.IsAskedFor(args))
{
    return await MigrateCommand.RunAsync("catalogdb", args);
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(
    errors => errors.Unavailable<StorageUnavailableException>(),
    grpc => grpc.Interceptors.Add<UnknownOutcomeInterceptor>());
builder.AddPostgres("catalogdb");
builder.AddAuditTrail();
builder.AddRedis("redis", isVital: false);
builder.AddMediaBucket();
builder.Services.AddCatalogStores();

var app = builder.Build();
app.UseServiceDefaults();
app.MapGrpcService<TitleGrpcService>();
app.MapGrpcService<SeasonGrpcService>();
app.MapGrpcService<AssetGrpcService>();
app.MapGrpcService<ArtworkGrpcService>();
app.MapGrpcService<StreamVariantGrpcService>();
app.MapGrpcService<PackageGrpcService>();
app.MapGrpcService<PlaybackGrpcService>();
app.MapGrpcService<BundleGrpcService>();
app.MapGrpcService<ImportGrpcService>();
app.MapGrpcService<ExportGrpcService>();
app.MapAuditTrail();
await app.RunServiceAsync();
return 0;
