using MoviesNow.ServiceDefaults;
using MoviesNow.ServiceDefaults.Audit;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Telemetry;
using MoviesNow.Telemetry.Cmcd;
using MoviesNow.Telemetry.Qoe;
using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.Viewers;

if (MigrateCommand.IsAskedFor(args))
{
    return await MigrateCommand.RunAsync("telemetrydb", args);
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPostgres("telemetrydb");
builder.AddAuditTrail();
builder.AddRedis("redis", isVital: false);
builder.Services.AddTelemetry();

var app = builder.Build();
app.UseServiceDefaults();
app.MapGrpcService<PlaybackSessionGrpcService>();
app.MapQoe();
app.MapGrpcService<ViewerGrpcService>();
app.MapCmcd();
app.MapAuditTrail();
await app.RunServiceAsync();
return 0;
