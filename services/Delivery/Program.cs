using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.Links;
using MoviesNow.Delivery.Playback;
using MoviesNow.Delivery.Tokens;
using MoviesNow.ServiceDefaults;
using MoviesNow.ServiceDefaults.Audit;
using MoviesNow.ServiceDefaults.Clients;
using MoviesNow.Storage;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(errors => errors.Unavailable<StorageUnavailableException>());
builder.AddRedis("redis", isVital: true, mustBeDurable: true);
builder.AddObjectStorage();
builder.Services.AddServiceClient<BundleService.BundleServiceClient>("catalog");
builder.Services.AddServiceClient<TitleService.TitleServiceClient>("catalog");
builder.Services.AddServiceClient<SeasonService.SeasonServiceClient>("catalog");
builder.Services.AddRemoteAuditTrail("catalog");
builder.Services.AddLinks();
builder.AddPlayback();

var app = builder.Build();
app.UseServiceDefaults();
app.MapGrpcService<DownloadLinkGrpcService>();
app.MapGrpcService<DownloadTokenGrpcService>();
app.MapPlayback();
await app.RunServiceAsync();
