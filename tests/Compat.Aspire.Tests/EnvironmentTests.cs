using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution.Projects;

namespace Compat.Aspire.Tests;

public sealed class EnvironmentTests
{
    [Fact]
    public async Task WithReference_ConnectionStringOfEndpoint_IsPassedResolved()
    {
        var builder = Applications.Create("Parameters:password=p@ss", "ConnectionStrings:outside=somewhere");
        var password = builder.AddParameter("password", secret: true);
        var database = builder.Server("database").WithEndpoint(name: "tcp");
        var db = builder.AddConnectionString("db", ReferenceExpression.Create(
            $"Host={database.GetEndpoint("tcp").Property(EndpointProperty.Host)};Port={database.GetEndpoint("tcp").Property(EndpointProperty.Port)};Password={password}"));
        var outside = builder.AddConnectionString("outside");
        builder.Server("service").WithReference(db).WithReference(outside, "renamed").WithReference(db, "also");
        await using var app = builder.Build();
        await app.StartAsync();

        var environment = await EnvironmentAsync(app, "service");

        var expected = $"Host=localhost;Port={database.GetEndpoint("tcp").Port};Password=p@ss";
        Assert.Equal(expected, environment["ConnectionStrings__db"]);
        Assert.Equal(expected, environment["ConnectionStrings__also"]);
        Assert.Equal("somewhere", environment["ConnectionStrings__renamed"]);
    }

    [Fact]
    public async Task WithEnvironment_EveryKindOfValue_IsPassed()
    {
        var builder = Applications.Create();
        var store = builder.Server("store").WithHttpEndpoint(name: "http", env: "PORT");
        builder.Server("service")
            .WithEnvironment("TEXT", "plain")
            .WithEnvironment("CALLED", () => "back")
            .WithEnvironment("URL", store.GetEndpoint("http"))
            .WithEnvironment("MIXED", $"{store.GetEndpoint("http")}/bucket{{x}}")
            .WithEnvironment(c => c.EnvironmentVariables["FLAG"] = true)
            .WithReference(store.GetEndpoint("http"));
        await using var app = builder.Build();
        await app.StartAsync();

        var environment = await EnvironmentAsync(app, "service");

        var url = store.GetEndpoint("http").Url;
        Assert.Equal("plain", environment["TEXT"]);
        Assert.Equal("back", environment["CALLED"]);
        Assert.Equal(url, environment["URL"]);
        Assert.Equal($"{url}/bucket{{x}}", environment["MIXED"]);
        Assert.Equal("true", environment["FLAG"]);
        Assert.Equal(url, environment["services__store__http__0"]);
        Assert.Equal(url, environment["STORE_HTTP"]);
        Assert.Equal(store.GetEndpoint("http").Port.ToString(), (await EnvironmentAsync(app, "store"))["PORT"]);
    }

    [Fact]
    public async Task WithArgs_ValuesAndCallbacks_AreResolvedAndEscaped()
    {
        var builder = Applications.Create();
        var store = builder.Server("store").WithEndpoint(name: "tcp");
        builder.AddExecutable("echo", "printf", ".", "%s|", "two words", "$HOME", store.GetEndpoint("tcp").Property(EndpointProperty.Port))
            .WithArgs(c => c.Args.Add("last"));
        await using var app = builder.Build();
        await app.StartAsync();

        await app.Until("echo", KnownResourceStates.Finished);

        Assert.Equal([$"two words|$HOME|{store.GetEndpoint("tcp").Port}|last|"], await LinesAsync(app, "echo"));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("http://localhost:4317", "grpc")]
    public async Task WithOtlpExporter_CollectorConfigured_IsPassed(string? endpoint, string? protocol)
    {
        var builder = Applications.Create(endpoint is null ? [] : [$"ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL={endpoint}", "AppHost:OtlpApiKey=secret"]);
        builder.Server("service").WithOtlpExporter();
        await using var app = builder.Build();
        await app.StartAsync();

        var environment = await EnvironmentAsync(app, "service");

        Assert.Equal("service", environment["OTEL_SERVICE_NAME"]);
        Assert.StartsWith("service.instance.id=", environment["OTEL_RESOURCE_ATTRIBUTES"], StringComparison.Ordinal);
        Assert.Equal(endpoint, environment.GetValueOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT"));
        Assert.Equal(protocol, environment.GetValueOrDefault("OTEL_EXPORTER_OTLP_PROTOCOL"));
        Assert.Equal(endpoint is null ? null : "x-otlp-api-key=secret", environment.GetValueOrDefault("OTEL_EXPORTER_OTLP_HEADERS"));
    }

    [Theory]
    [InlineData("http://localhost:5101", "http", 5101)]
    [InlineData("https://*:7001/", "https", 7001)]
    [InlineData("http://[::1]:80", "http", 80)]
    [InlineData("http://[::]", "http", null)]
    [InlineData("http://localhost:0", "http", null)]
    public void Parse_KestrelUrl_GivesSchemeAndPort(string url, string scheme, int? port) =>
        Assert.Equal((scheme, port), ProjectSettings.Parse(url));

    [Theory]
    [InlineData("a b", "a|b")]
    [InlineData("  a  \"b c\" \"\"", "a|b c|")]
    public void Split_CommandLine_KeepsQuotedBlanks(string line, string expected) =>
        Assert.Equal(expected.Split('|'), CommandLine.Split(line));

    [Theory]
    [InlineData("1st")]
    [InlineData("a--b")]
    [InlineData("a-")]
    [InlineData("a_b")]
    public void AddExecutable_InvalidName_IsRefused(string name) =>
        Assert.Throws<ArgumentException>(() => Applications.Create().Server(name));

    [Fact]
    public void AddExecutable_NameTaken_IsRefused()
    {
        var builder = Applications.Create();
        builder.Server("a");
        Assert.Throws<DistributedApplicationException>(() => builder.Server("A"));
    }

    private static async Task<Dictionary<string, string?>> EnvironmentAsync(DistributedApplication app, string resource) =>
        (await app.Until(resource, KnownResourceStates.Running)).Snapshot.EnvironmentVariables.ToDictionary(v => v.Name, v => v.Value);

    private static async Task<IEnumerable<string>> LinesAsync(DistributedApplication app, string resource)
    {
        var loggers = (ResourceLoggerService)app.Services.GetService(typeof(ResourceLoggerService))!;
        await foreach (var batch in loggers.GetAllAsync(resource))
            return batch.Select(l => l.Content);
        return [];
    }
}
