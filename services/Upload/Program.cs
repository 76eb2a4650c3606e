using MoviesNow.ServiceDefaults;
using MoviesNow.Storage;
using MoviesNow.Upload;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(errors => errors.Unavailable<StorageUnavailableException>());
builder.AddPostgres("uploaddb");
builder.AddRedis("redis", isVital: true);
builder.AddObjectStorage();
builder.Services.AddUploads();

var app = builder.Build();
app.UseServiceDefaults();
app.MapUploads();
return await app.RunServiceAsync(args);
