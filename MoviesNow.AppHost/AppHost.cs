using MoviesNow.AppHost;
using MoviesNow.AppHost.Backing;

// The whole system in one place. Run it with: dotnet run --project MoviesNow.AppHost [-- --fresh]
var builder = DistributedApplication.CreateBuilder(args);
using var home = LocalHome.Open(builder, args);
var backing = await BackingServers.AddAsync(builder, home);
var secrets = LocalSecrets.LoadOrCreate(home);

// Each database is brought up to date before its service starts.
var catalogMigration = builder.AddMigration<Projects.Catalog>("catalog-migration", backing.CatalogDb, secrets);
var uploadMigration = builder.AddMigration<Projects.Upload>("upload-migration", backing.UploadDb, secrets).WithStorage(backing.Storage);
var telemetryMigration = builder.AddMigration<Projects.Telemetry>("telemetry-migration", backing.TelemetryDb, secrets);

var catalog = builder.AddService<Projects.Catalog>("catalog", secrets)
    .WithReference(backing.CatalogDb)
    .WithReference(backing.Redis).WaitFor(backing.Redis)
    .WaitForCompletion(catalogMigration);

var upload = builder.AddService<Projects.Upload>("upload", secrets)
    .WithReference(backing.UploadDb)
    .WithReference(backing.Redis).WaitFor(backing.Redis)
    .WithStorage(backing.Storage)
    .WithReference(catalog).WaitFor(catalog)
    .WaitForCompletion(uploadMigration);

var delivery = builder.AddService<Projects.Delivery>("delivery", secrets)
    .WithReference(backing.Redis).WaitFor(backing.Redis)
    .WithStorage(backing.Storage)
    .WithReference(catalog).WaitFor(catalog);

var telemetry = builder.AddService<Projects.Telemetry>("telemetry", secrets)
    .WithReference(backing.TelemetryDb)
    .WithReference(backing.Redis).WaitFor(backing.Redis)
    .WithEnvironment("Telemetry__SessionTokenKey", secrets.SessionTokenKey)
    .WithEnvironment("Telemetry__IpSalt", secrets.IpSalt)
    .WaitForCompletion(telemetryMigration);

// On the first start the demo gives the system something to show.
var demo = builder.AddProject<Projects.MoviesNow_Cli>("demo")
    .WithArgs("demo")
    .WithEnvironment("Auth__LocalSigningKey", secrets.SigningKey)
    .WithReference(catalog).WaitFor(catalog)
    .WithReference(upload).WaitFor(upload)
    .WithReference(delivery).WaitFor(delivery)
    .WithReference(telemetry).WaitFor(telemetry);
if (home.IsSeeded)
{
    demo.WithExplicitStart();
}

builder.AnnounceWhenReady(home, secrets, demo, catalog, upload, delivery, telemetry);
await builder.Build().RunAsync();
