using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace MoviesNow.EndToEnd.Tests;

/// <summary>The model with containers. It is looked at and published, for the machine that tests it may have no Docker.</summary>
[Collection("AppHost")]
public sealed class ContainerBackingTests
{
    private static readonly string[] Services = ["catalog", "upload", "delivery", "telemetry"];

    [Fact]
    public async Task Model_OfContainers_HasServersWithTheirPagesAndWhatServicesNeed()
    {
        using var home = new HomeDirectory();
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.MoviesNow_AppHost>([home.Argument, "--Backing=containers"]);

        var postgres = Assert.Single(builder.Resources.OfType<PostgresServerResource>());
        Assert.Equal(["catalogdb", "telemetrydb", "uploaddb"], postgres.Databases.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("redis", Assert.Single(builder.Resources.OfType<RedisResource>()).Name);
        Assert.Contains(builder.Resources, resource => resource.GetType().Name is "PgAdminContainerResource");
        Assert.Contains(builder.Resources, resource => resource.GetType().Name is "RedisInsightResource");
        Assert.Contains(builder.Resources, resource => resource is ExecutableResource { Name: "s3" });
        Assert.All(builder.Resources.OfType<ParameterResource>(), parameter => Assert.True(parameter.Secret, parameter.Name));
        foreach (var service in builder.Resources.OfType<ProjectResource>().Where(resource => Services.Contains(resource.Name, StringComparer.Ordinal)))
        {
            var waits = service.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name).ToList();
            Assert.Contains("redis", waits);
        }
    }

    [Fact]
    public async Task Publish_OfContainers_HasReferencesAndNoSecret()
    {
        using var home = new HomeDirectory();
        var manifest = home.PathOf("manifest.json");
        using var publish = AppHostProcess.Start(home.Argument, "--Backing=containers", "--operation", "publish", "--step", "publish-manifest", "--output-path", manifest);
        Assert.Equal(0, await publish.ExitAsync());

        var text = await File.ReadAllTextAsync(manifest);
        using var document = JsonDocument.Parse(text);
        var resources = document.RootElement.GetProperty("resources");
        var catalog = resources.GetProperty("catalog").GetProperty("env");
        Assert.Equal("{catalogdb.connectionString}", catalog.GetProperty("ConnectionStrings__catalogdb").GetString());
        Assert.Equal("{redis.connectionString}", catalog.GetProperty("ConnectionStrings__redis").GetString());
        Assert.Equal("{signing-key.value}", catalog.GetProperty("Auth__LocalSigningKey").GetString());
        Assert.Equal("{storage-secret-key.value}", resources.GetProperty("upload").GetProperty("env").GetProperty("Storage__SecretAccessKey").GetString());
        Assert.True(resources.GetProperty("signing-key").GetProperty("inputs").GetProperty("value").GetProperty("secret").GetBoolean());
        using var secrets = JsonDocument.Parse(await File.ReadAllTextAsync(home.PathOf("secrets.json")));
        Assert.All(secrets.RootElement.EnumerateObject(), secret => Assert.DoesNotContain(secret.Value.GetString()!, text, StringComparison.Ordinal));
    }
}
