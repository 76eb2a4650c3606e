using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults;

namespace MoviesNow.Deployment.Tests.Manifests;

/// <summary>The manifests of the services against the services.</summary>
public sealed class ServiceManifestTests
{
    public static TheoryData<string, string> Services()
    {
        var data = new TheoryData<string, string>();
        foreach (var overlay in (string[])["overlays/small", "overlays/large"])
        {
            foreach (var service in ServiceFacts.All)
            {
                data.Add(overlay, service.Name);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Ports_AreThoseThatTheServiceListensOn(string overlay, string name)
    {
        var (rendered, facts) = (await Rendered.OfAsync(overlay), new ServiceFacts(name));
        var deployment = rendered.One("Deployment", facts.ClusterName);

        Assert.Equal(facts.Port("grpc"), deployment.PortOf("grpc"));
        Assert.Equal(facts.Port("http"), deployment.PortOf("http"));
        var services = rendered.Of("Service").Where(service => Selects(service.Spec["selector"], deployment)).ToList();
        Assert.NotEmpty(services);
        Assert.All(services.SelectMany(service => service.Spec["ports"]!.AsArray()), port =>
        {
            Assert.Equal((string)port!["name"]!, (string)port["targetPort"]!);
            Assert.Equal(facts.Port((string)port["name"]!), (int)port["port"]!);
            Assert.Equal((string)port["name"]! == "grpc" ? "kubernetes.io/h2c" : "http", (string)port["appProtocol"]!);
        });
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Probes_AskForWhatTheServicesMap(string overlay, string name)
    {
        var container = (await Rendered.OfAsync(overlay)).One("Deployment", new ServiceFacts(name).ClusterName).Container;
        var mapped = await MappedPathsAsync();

        (string, string)[] probes = [("startupProbe", "/health/live"), ("livenessProbe", "/health/live"), ("readinessProbe", "/health/ready")];
        foreach (var (probe, path) in probes)
        {
            Assert.Equal(path, (string)container[probe]!["httpGet"]!["path"]!);
            Assert.Equal("http", (string)container[probe]!["httpGet"]!["port"]!);
            Assert.Contains(path, mapped);
        }

        // The slowest check of a dependency, the database's, takes three seconds to fail.
        Assert.True((int)container["readinessProbe"]!["timeoutSeconds"]! > 3);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Termination_LeavesTimeForTheDrain(string overlay, string name)
    {
        var deployment = (await Rendered.OfAsync(overlay)).One("Deployment", new ServiceFacts(name).ClusterName);
        using var services = Defaults().Services.BuildServiceProvider();
        var drain = services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;

        var sleep = (int)deployment.Container["lifecycle"]!["preStop"]!["sleep"]!["seconds"]!;
        var grace = (int)deployment.Pod["terminationGracePeriodSeconds"]!;

        Assert.True(sleep >= 5);
        // Telemetry that is still queued is sent after the drain, for two seconds each of traces, metrics and logs.
        Assert.True(grace >= sleep + drain.TotalSeconds + 6, $"{grace} seconds are too few for {sleep} and {drain}.");
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Scaling_HasBoundsABudgetAndSpread(string overlay, string name)
    {
        var (rendered, facts) = (await Rendered.OfAsync(overlay), new ServiceFacts(name));
        var deployment = rendered.One("Deployment", facts.ClusterName);
        var scaler = rendered.One("HorizontalPodAutoscaler", facts.ClusterName).Spec;
        var budget = rendered.One("PodDisruptionBudget", facts.ClusterName).Spec;

        // Else each rollout would set the number that the autoscaler has chosen back.
        Assert.Null(deployment.Spec["replicas"]);
        Assert.Equal(facts.ClusterName, (string)scaler["scaleTargetRef"]!["name"]!);
        Assert.InRange((int)scaler["minReplicas"]!, 2, (int)scaler["maxReplicas"]! - 1);
        Assert.True(Selects(budget["selector"]!["matchLabels"], deployment));
        Assert.Equal(1, (int)budget["maxUnavailable"]!);
        var spread = deployment.Pod["topologySpreadConstraints"]!.AsArray();
        Assert.Equal(["topology.kubernetes.io/zone", "kubernetes.io/hostname"], spread.Select(constraint => (string)constraint!["topologyKey"]!));
        Assert.All(spread, constraint => Assert.True(Selects(constraint!["labelSelector"]!["matchLabels"], deployment)));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Selectors_TakeNoPodOfAMigration(string overlay, string name)
    {
        var (rendered, migrations) = (await Rendered.OfAsync(overlay), await Rendered.OfAsync("migrations"));
        var service = rendered.One("Service", new ServiceFacts(name).ClusterName);

        Assert.DoesNotContain(migrations.Of("Job"), job => Selects(service.Spec["selector"], job));
    }

    [Theory]
    [InlineData("overlays/small")]
    [InlineData("overlays/large")]
    public async Task ClientsOfServices_FindEachPod(string overlay)
    {
        var rendered = await Rendered.OfAsync(overlay);
        var callers = ServiceFacts.All.Where(service => service.Calls.Length > 0).ToList();
        Assert.Equal(["upload", "delivery"], callers.Select(caller => caller.ClusterName));

        foreach (var (caller, called) in callers.SelectMany(caller => caller.Calls.Select(called => (caller, called))))
        {
            var settings = await PodSettings.OfAsync(overlay, caller);
            var address = new Uri(settings.Plain[$"services__{called}__grpc__0"]);
            // A name of all pods, which gRPC looks up; through an address that stands for all, each caller would stay with one pod.
            Assert.Equal("dns", address.Scheme);
            var parts = address.AbsolutePath.Trim('/').Split(':');
            var service = rendered.One("Service", parts[0]);
            Assert.Equal("None", (string)service.Spec["clusterIP"]!);
            Assert.True(Selects(service.Spec["selector"], rendered.One("Deployment", called)));
            Assert.Equal(ServiceFacts.All.Single(known => known.ClusterName == called).Port("grpc"), int.Parse(parts[1], CultureInfo.InvariantCulture));
        }
    }

    private static bool Selects(JsonNode? labels, Resource owner) =>
        Resource.Strings(labels) is { Count: > 0 } wanted && wanted.All(label => owner.PodLabels.TryGetValue(label.Key, out var value) && value == label.Value);

    private static async Task<List<string>> MappedPathsAsync()
    {
        await using var app = Defaults().Build();
        app.UseServiceDefaults();
        return [.. ((IEndpointRouteBuilder)app).DataSources
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText!)];
    }

    private static WebApplicationBuilder Defaults()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Auth:Authority", (string?)"https://login.moviesnow.example")]);
        builder.AddServiceDefaults();
        return builder;
    }
}
