using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using MoviesNow.Deployment.Tests.Manifests;
using MoviesNow.Testing;

namespace MoviesNow.Deployment.Tests.Images;

/// <summary>The images that the SDK makes of services.</summary>
public sealed class ImageTests
{
    private static readonly string Configuration =
        typeof(ImageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "Configuration").Value!;

    // Settings of developers, keys, sources, tests.
    private static readonly string[] Unwanted = ["Development", ".env", ".pem", ".key", ".cs", "Tests"];

    public static TheoryData<string> Services() => new(ServiceFacts.All.Select(service => service.Name));

    [Fact]
    public async Task Image_OfAService_RunsItAsNobodyInParticularAndHoldsNothingElse()
    {
        var service = new ServiceFacts("Catalog");
        await using var registry = await BaseImageRegistry.StartAsync();
        var folder = Directory.CreateTempSubdirectory("moviesnow-image-");
        try
        {
            var file = Path.Combine(folder.FullName, "catalog.tar");
            await Tool.RunAsync(
                "dotnet", Repository.Path("services/Catalog"),
                "publish", "--nologo", "--no-build", "--configuration", Configuration, "-nodeReuse:false", "-t:PublishContainer",
                $"-p:ContainerBaseImage={registry.Image}", $"-p:ContainerArchiveOutputPath={file}", $"-p:PublishDir={folder.FullName}/publish/");
            var image = ImageArchive.Read(file);

            var deployment = (await Rendered.OfAsync("overlays/small")).One("Deployment", service.ClusterName);
            Assert.Equal([(string)deployment.Container["image"]!], image.Tags);
            Assert.Equal(deployment.Pod["securityContext"]!["runAsUser"]!.ToString(), (string)image.Config["User"]!);
            var ports = image.Config["ExposedPorts"]!.AsObject().Select(port => port.Key);
            Assert.Equal([$"{service.Port("grpc")}/tcp", $"{service.Port("http")}/tcp"], ports.Order(StringComparer.Ordinal));
            var command = (image.Config["Entrypoint"]?.AsArray() ?? []).Concat(image.Config["Cmd"]?.AsArray() ?? []).Select(word => (string)word!).ToList();
            Assert.Equal("MoviesNow.Catalog", Path.GetFileName(command[^1]).Replace(".dll", "", StringComparison.Ordinal));
            Assert.DoesNotContain("sh", command);
            // MigrateCommand and the host read the settings file of their folder.
            Assert.Equal("/app/", $"{((string)image.Config["WorkingDir"]!).TrimEnd('/')}/");
            Assert.Equal("Endpoints of all addresses", EndpointsOf(image, service));

            Assert.Contains("app/MoviesNow.Catalog.dll", image.Files);
            Assert.Contains("app/appsettings.json", image.Files);
            Assert.Contains("etc/base", image.Files);
            Assert.DoesNotContain(image.Files, path => Unwanted.Any(word => path.Contains(word, StringComparison.Ordinal)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Properties_OfAService_FollowItsSettingsAndManifest(string name)
    {
        var service = new ServiceFacts(name);
        var (json, _) = await Tool.RunAsync(
            "dotnet", Repository.Path($"services/{name}"), "msbuild", "-nodeReuse:false",
            "-getProperty:ContainerRepository,ContainerFamily,ContainerUser,ContainerImageTag", "-getItem:ContainerPort");
        var (properties, ports) = (JsonNode.Parse(json)!["Properties"]!, JsonNode.Parse(json)!["Items"]!["ContainerPort"]!.AsArray());

        var image = (string)(await Rendered.OfAsync("overlays/large")).One("Deployment", service.ClusterName).Container["image"]!;
        Assert.Equal(image, $"{properties["ContainerRepository"]}:{properties["ContainerImageTag"]}");
        // Without a shell and a package manager.
        Assert.EndsWith("-chiseled", (string)properties["ContainerFamily"]!, StringComparison.Ordinal);
        Assert.Equal("1654", (string)properties["ContainerUser"]!);
        Assert.Equal(
            [service.Port("grpc"), service.Port("http")],
            ports.Select(port => int.Parse((string)port!["Identity"]!, CultureInfo.InvariantCulture)).Order());
    }

    private static string EndpointsOf(ImageArchive image, ServiceFacts service)
    {
        var environment = image.Config["Env"]!.AsArray().Select(variable => (string)variable!).ToList();
        return environment.Contains($"Kestrel__Endpoints__grpc__Url=http://*:{service.Port("grpc")}")
            && environment.Contains($"Kestrel__Endpoints__http__Url=http://*:{service.Port("http")}")
            ? "Endpoints of all addresses"
            : string.Join(' ', environment);
    }
}
