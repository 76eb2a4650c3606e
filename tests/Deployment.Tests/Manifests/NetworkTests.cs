using System.Globalization;

namespace MoviesNow.Deployment.Tests.Manifests;

/// <summary>The network lets through what the services' clients need, and nothing else.</summary>
public sealed class NetworkTests
{
    private const string Gateway = "moviesnow.example/gateway";

    public static TheoryData<string, string> Services() => ServiceManifestTests.Services();

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Egress_OfAService_IsThatOfItsClients(string overlay, string name)
    {
        var (flows, service) = (await Flows.OfAsync(overlay), new ServiceFacts(name));

        // Names; the keys of the authority and the bucket; the collector.
        List<string> expected = ["kube-system:53", "0.0.0.0/0:443", "observability:4317", .. DataOf(overlay, service)];
        expected.AddRange(service.Calls.Select(called => $"{called}:{PortOf(called).ToString(CultureInfo.InvariantCulture)}"));
        Assert.Equal(expected.Select(to => $"{service} > {to}").Order(StringComparer.Ordinal), flows.From(service.ClusterName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Ingress_OfAService_IsTheGatewayAndItsCallers(string overlay, string name)
    {
        var (flows, service) = (await Flows.OfAsync(overlay), new ServiceFacts(name));

        var expected = ServiceFacts.All
            .Where(caller => caller.Calls.Contains(service.ClusterName))
            .Select(caller => $"{caller} > {service}:{service.Port("grpc")}")
            .Concat([$"{Gateway} > {service}:{service.Port("grpc")}", $"{Gateway} > {service}:{service.Port("http")}"]);
        Assert.Equal(expected.Order(StringComparer.Ordinal), flows.To(service.ClusterName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("overlays/small")]
    [InlineData("overlays/large")]
    public async Task Migrations_ReachTheirDatabaseAndNothingElse(string overlay)
    {
        var flows = await Flows.OfAsync(overlay);

        foreach (var service in ServiceFacts.All.Where(service => service.Database is not null))
        {
            var migration = $"{service}-migration";
            Assert.Equal(
                new[] { $"{migration} > kube-system:53", $"{migration} > {DatabaseOf(overlay, service)}" }.Order(StringComparer.Ordinal),
                flows.From(migration).Order(StringComparer.Ordinal));
            Assert.Empty(flows.To(migration));
        }
    }

    [Theory]
    [InlineData("overlays/small")]
    [InlineData("overlays/large")]
    public async Task Pods_OfServicesAndMigrations_AreClosedByDefault(string overlay) => Assert.Equal(
        ServiceFacts.All.Select(service => service.ClusterName)
            .Concat(ServiceFacts.All.Where(service => service.Database is not null).Select(service => $"{service}-migration"))
            .Order(StringComparer.Ordinal),
        (await Flows.OfAsync(overlay)).Closed().Order(StringComparer.Ordinal));

    [Fact]
    public async Task Databases_InTheCluster_TakeTheirServiceItsMigrationAndTheirOperator()
    {
        var flows = await Flows.OfAsync("overlays/small");

        foreach (var service in ServiceFacts.All.Where(service => service.Database is not null))
        {
            var database = service.Database!;
            Assert.Equal(
                new[]
                {
                    $"{service} > {database}:5432", $"{service}-migration > {database}:5432",
                    $"{database} > {database}:5432", $"{database} > {database}:8000", $"cnpg-system > {database}:5432", $"cnpg-system > {database}:8000",
                }.Order(StringComparer.Ordinal),
                flows.To(database).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Redis_InTheCluster_TakesServicesItsPeersAndItsOperator() => Assert.Equal(
        ServiceFacts.All.Where(service => service.HasRedis).Select(service => service.ClusterName)
            .Concat(["redis", "redis-operator"])
            .Select(caller => $"{caller} > redis:6379")
            .Order(StringComparer.Ordinal),
        (await Flows.OfAsync("overlays/small")).To("redis").Order(StringComparer.Ordinal));

    private static IEnumerable<string> DataOf(string overlay, ServiceFacts service)
    {
        if (service.Database is not null)
        {
            yield return DatabaseOf(overlay, service);
        }

        if (service.HasRedis)
        {
            yield return overlay == "overlays/small" ? "redis:6379" : "10.20.0.0/16:6379";
        }
    }

    private static string DatabaseOf(string overlay, ServiceFacts service) => overlay == "overlays/small" ? $"{service.Database}:5432" : "10.20.0.0/16:5432";

    private static int PortOf(string service) => ServiceFacts.All.Single(known => known.ClusterName == service).Port("grpc");
}
