using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.Deployment.Tests.Manifests;

/// <summary>What the gateway lets in: the contracts of each service, and what it serves by plain HTTP; neither health nor reflection.</summary>
public sealed partial class RouteTests
{
    public static TheoryData<string, string> Services() => ServiceManifestTests.Services();

    [Theory]
    [MemberData(nameof(Services))]
    public async Task GrpcRoute_OfAService_HasAllOfItsContracts(string overlay, string name)
    {
        var service = new ServiceFacts(name);
        var rule = Rule((await Rendered.OfAsync(overlay)).One("GRPCRoute", service.ClusterName), service, "grpc");

        Assert.Equal(
            ContractsOf(service).Order(StringComparer.Ordinal),
            rule["matches"]!.AsArray().Select(match => (string)match!["method"]!["service"]!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task HttpRoute_OfAService_HasAllOfItsContractsAndItsPlainPaths(string overlay, string name)
    {
        var service = new ServiceFacts(name);
        var rule = Rule((await Rendered.OfAsync(overlay)).One("HTTPRoute", service.ClusterName), service, "http");

        Assert.Equal(
            ContractsOf(service).Select(contract => $"/{contract}").Concat(PlainPathsOf(service)).Order(StringComparer.Ordinal),
            rule["matches"]!.AsArray().Select(match => (string)match!["path"]!["value"]!).Order(StringComparer.Ordinal));
        Assert.All(rule["matches"]!.AsArray(), match => Assert.Equal("PathPrefix", (string)match!["path"]!["type"]!));
        // Gateways end requests after a while, and with them streams that last.
        Assert.Equal("0s", (string)rule["timeouts"]!["request"]!);
    }

    [Theory]
    [InlineData("overlays/small")]
    [InlineData("overlays/large")]
    public async Task HostNames_OfBothKindsOfRoute_AreNotTheSame(string overlay)
    {
        var rendered = await Rendered.OfAsync(overlay);
        var names = rendered.Of("GRPCRoute").Concat(rendered.Of("HTTPRoute"))
            .SelectMany(route => route.Spec["hostnames"]!.AsArray())
            .Select(name => (string)name!)
            .ToList();

        Assert.Equal(names.Count, names.Distinct().Count());
        var wildcard = (string)Assert.Single(rendered.One("Gateway", "moviesnow").Spec["listeners"]!.AsArray())!["hostname"]!;
        Assert.All(names, name => Assert.EndsWith(wildcard[1..], name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("overlays/small")]
    [InlineData("overlays/large")]
    public async Task PublicUrl_OfDelivery_IsItsRoute(string overlay)
    {
        var delivery = new ServiceFacts("Delivery");
        var url = (await PodSettings.OfAsync(overlay, delivery)).Plain["Delivery__Playback__PublicUrl"];

        Assert.Equal(new Uri(url).Host, (string)(await Rendered.OfAsync(overlay)).One("HTTPRoute", "delivery").Spec["hostnames"]!.AsArray().Single()!);
    }

    private static JsonObject Rule(Resource route, ServiceFacts service, string endpoint)
    {
        var rule = Assert.Single(route.Spec["rules"]!.AsArray())!.AsObject();
        var backend = Assert.Single(rule["backendRefs"]!.AsArray())!;
        Assert.Equal((service.ClusterName, service.Port(endpoint)), ((string)backend["name"]!, (int)backend["port"]!));
        return rule;
    }

    private static IEnumerable<string> ContractsOf(ServiceFacts service) => MethodPolicies.Methods()
        .Select(method => method.Service.FullName)
        .Distinct()
        .Where(contract => contract.StartsWith($"moviesnow.{service}.", StringComparison.Ordinal)
            || (service.HasAuditService && contract.EndsWith(".AuditService", StringComparison.Ordinal)));

    /// <summary>First segments of the paths that are mapped by themselves, those of Development apart.</summary>
    private static IEnumerable<string> PlainPathsOf(ServiceFacts service) => PathConstant().Matches(service.Source)
        .Select(match => $"/{match.Groups["segment"].Value}")
        .Distinct();

    [GeneratedRegex("const string (Path|PlaylistPath) = \"/?(?<segment>\\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PathConstant();
}
