using MoviesNow.ServiceDefaults;
using MoviesNow.ServiceDefaults.Audit;
using MoviesNow.Telemetry;
using MoviesNow.Telemetry.Qoe;
using MoviesNow.Telemetry.Sessions;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPostgres("telemetrydb");
builder.AddAuditTrail();
builder.AddRedis("redis", isVital: false);
builder.Services.AddTelemetry();

var app = builder.Build();
app.UseServiceDefaults();
app.MapGrpcService<PlaybackSessionGrpcService>();
app.MapGrpcService<QoeGrpcService>();
app.MapAuditTrail();
return await app.RunServiceAsync(args);
