using MoviesNow.AppHost;
using MoviesNow.AppHost.Backing;
using MoviesNow.AppHost.Commands;
using MoviesNow.AppHost.Dashboard;
using MoviesNow.AppHost.Local;
using MoviesNow.AppHost.Media;
using MoviesNow.AppHost.Site;
using MoviesNow.AppHost.Startup;

// The whole system in one place. Run it with: dotnet run --project MoviesNow.AppHost [-- --fresh]
try
{
    var builder = DistributedApplication.CreateBuilder(DashboardSettings.Options(args));
    using var home = LocalHome.Open(builder, args);
    builder.AddDashboard(home);
    var secrets = LocalSecrets.AddParameters(builder, home);
    var backing = await BackingServers.AddAsync(builder, home, secrets);

    // Each database is brought up to date before its service starts.
    var catalog = builder.AddService<Projects.Catalog>("catalog", secrets)
        .WithDatabase(backing.CatalogDb)
        .WithReference(backing.Redis).WaitFor(backing.Redis)
        .WithStorage(backing.Storage, isVital: false);

    var upload = builder.AddService<Projects.Upload>("upload", secrets)
        .WithDatabase(backing.UploadDb)
        .WithReference(backing.Redis).WaitFor(backing.Redis)
        .WithStorage(backing.Storage)
        .WithReference(catalog);

    var delivery = builder.AddService<Projects.Delivery>("delivery", secrets)
        .WithReference(backing.Redis).WaitFor(backing.Redis)
        .WithStorage(backing.Storage)
        .WithReference(catalog);

    var telemetry = builder.AddService<Projects.Telemetry>("telemetry", secrets)
        .WithDatabase(backing.TelemetryDb)
        .WithReference(backing.Redis).WaitFor(backing.Redis)
        // Viewers of the player site need not sign in.
        .WithEnvironment("Telemetry__AllowAnonymous", "true")
        .WithEnvironment("Telemetry__SessionTokenKey", secrets.SessionTokenKey)
        .WithEnvironment("Telemetry__IpSalt", secrets.IpSalt);

    // In front of the private bucket, as in production.
    var media = await MediaOrigin.AddAsync(builder, home, secrets, backing.Storage, delivery);

    // On the first start the demo gives the system something to show.
    var demo = builder.AddDemo(secrets, home, media, catalog, upload, delivery, telemetry)
        .WithWipeCommand(backing, home);
    var site = await PlayerSite.AddAsync(builder, home, demo, media, catalog, delivery, telemetry);

    builder.ShowStartup(home);
    builder.AnnounceWhenReady(home, secrets, demo, media, site, catalog, upload, delivery, telemetry);
    builder.StopInOrder(backing);
    await builder.Build().RunAsync();
    return Environment.ExitCode;
}
catch (Exception exception) when (exception.IsExpected)
{
    Console.Error.WriteLine($"MoviesNow did not start. {exception.Message}");
    return 1;
}
