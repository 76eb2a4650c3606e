using MoviesNow.ServiceDefaults;
using MoviesNow.Telemetry;
using MoviesNow.Telemetry.Audit;
using MoviesNow.Telemetry.Qoe;
using MoviesNow.Telemetry.Sessions;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPostgres("telemetrydb");
builder.AddRedis("redis", isVital: false);
builder.Services.AddTelemetry();

var app = builder.Build();
app.UseServiceDefaults();
app.MapGrpcService<PlaybackSessionGrpcService>();
app.MapGrpcService<QoeGrpcService>();
app.MapGrpcService<AuditGrpcService>();
return await app.RunServiceAsync(args);
