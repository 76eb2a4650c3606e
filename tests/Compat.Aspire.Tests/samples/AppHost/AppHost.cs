var builder = DistributedApplication.CreateBuilder(args);

var greeting = builder.AddParameter("greeting", "hello");
var store = builder.AddExecutable("store", "sh", ".", "-c", "sleep 1001 & echo store up; exec sleep 1000").WithEndpoint(name: "tcp", env: "PORT");
var storedb = builder.AddConnectionString("storedb", ReferenceExpression.Create($"Host=localhost;Port={store.GetEndpoint("tcp").Property(EndpointProperty.Port)}"));

var migration = builder.AddProject<Projects.Sample_Web>("migration")
    .WithArgs("migrate", builder.Configuration["MigrationExitCode"] ?? "0")
    .WithReference(storedb)
    .WaitFor(store);

var catalog = builder.AddProject<Projects.Sample_Web>("catalog")
    .WithReference(storedb)
    .WithEnvironment("GREETING", greeting)
    .WithHttpHealthCheck("/health/ready", endpointName: "http")
    .WaitForCompletion(migration);

builder.AddProject<Projects.Sample_Web>("delivery")
    .WithReference(catalog)
    .WithReplicas(builder.Configuration["Replicas"] is { } replicas ? int.Parse(replicas) : 1)
    .WithHttpHealthCheck("/health/ready", endpointName: "http")
    .WaitFor(catalog);

builder.Build().Run();
