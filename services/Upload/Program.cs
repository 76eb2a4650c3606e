using MoviesNow.ServiceDefaults;
using MoviesNow.ServiceDefaults.Audit;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Storage;
using MoviesNow.Upload;

if (MigrateCommand.IsAskedFor(args))
{
    return await MigrateCommand.RunAsync("uploaddb", args);
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(errors => errors.Unavailable<StorageUnavailableException>());
builder.AddPostgres("uploaddb");
builder.AddAuditTrail();
builder.AddRedis("redis", isVital: true);
builder.AddObjectStorage();
builder.Services.AddUploads();

var app = builder.Build();
app.UseServiceDefaults();
app.MapUploads();
app.MapAuditTrail();
await app.RunServiceAsync();
return 0;
