using System.Text.Json;
using System.Text.Json.Nodes;

namespace MoviesNow.Deployment.Tests.Manifests;

/// <summary>
/// Who may open connections to whom, by the NetworkPolicies of an overlay, such as <c>upload > catalog:5110</c>. Pods are those of the overlay and of the
/// migrations, and those that the operators make. Namespaces are named by the value of the label that selects them, networks by their addresses.
/// </summary>
internal sealed class Flows
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _pods = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Pod, string Port), int> _ports = [];
    private readonly List<Resource> _policies;

    private Flows(Rendered overlay, Rendered migrations, IReadOnlyList<Resource> data)
    {
        foreach (var deployment in overlay.Of("Deployment"))
        {
            _pods[deployment.Name] = deployment.PodLabels;
            _ports[(deployment.Name, "grpc")] = deployment.PortOf("grpc");
            _ports[(deployment.Name, "http")] = deployment.PortOf("http");
        }

        foreach (var job in migrations.Of("Job"))
        {
            _pods[$"{job.PodLabels["app.kubernetes.io/name"]}-migration"] = job.PodLabels;
        }

        // As CloudNativePG and the Redis operator label their pods.
        foreach (var cluster in data.Where(resource => resource.Kind == "Cluster"))
        {
            _pods[cluster.Name] = new Dictionary<string, string>(StringComparer.Ordinal) { ["cnpg.io/cluster"] = cluster.Name };
        }

        foreach (var redis in data.Where(resource => resource.Kind == "RedisReplication"))
        {
            _pods[redis.Name] = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = redis.Name, ["redis_setup_type"] = "replication" };
        }

        _policies = [.. overlay.Resources.Concat(data).Where(resource => resource.Kind == "NetworkPolicy")];
    }

    public static async Task<Flows> OfAsync(string overlay) => new(
        await Rendered.OfAsync(overlay), await Rendered.OfAsync("migrations"), overlay == "overlays/small" ? (await Rendered.OfAsync("data")).Resources : []);

    /// <summary>Pods that nothing may reach, and that may reach nothing, unless a policy allows it.</summary>
    public IEnumerable<string> Closed() => _policies
        .Where(policy => policy.Spec["ingress"] is null && policy.Spec["egress"] is null && Types(policy).Count() == 2)
        .SelectMany(Selected);

    /// <summary>What a pod may open.</summary>
    public IEnumerable<string> From(string pod) => (
        from rule in Rules(pod, "Egress", "to")
        from port in PortsOf(rule)
        from peer in PeersOf(rule, "to")
        select $"{pod} > {peer}:{(int)port!}").Distinct();

    /// <summary>What may be opened to a pod.</summary>
    public IEnumerable<string> To(string pod) => (
        from rule in Rules(pod, "Ingress", "from")
        from port in PortsOf(rule)
        from peer in PeersOf(rule, "from")
        select $"{peer} > {pod}:{Number(pod, port!)}").Distinct();

    private IEnumerable<JsonObject> Rules(string pod, string type, string peers) => _policies
        .Where(policy => Types(policy).Contains(type) && Selected(policy).Contains(pod))
        .SelectMany(policy => policy.Spec[type.ToLowerInvariant()]?.AsArray() ?? [])
        .Select(rule =>
        {
            // A rule without peers or ports would allow all of them.
            Assert.NotNull(rule![peers]);
            Assert.NotNull(rule["ports"]);
            return rule.AsObject();
        });

    private IEnumerable<string> PeersOf(JsonObject rule, string peers) => rule[peers]!.AsArray().OfType<JsonObject>().SelectMany(PeersOf);

    private IEnumerable<string> PeersOf(JsonObject peer) => peer switch
    {
        _ when peer["ipBlock"] is { } block => [(string)block["cidr"]!],
        _ when peer["namespaceSelector"] is { } space => [NameOf(Assert.Single(Resource.Strings(space["matchLabels"])))],
        _ => _pods.Where(pod => Matches(peer["podSelector"]!, pod.Value)).Select(pod => pod.Key),
    };

    private static string NameOf(KeyValuePair<string, string> label) => label.Value == "true" ? label.Key : label.Value;

    private IEnumerable<string> Selected(Resource policy) => _pods.Where(pod => Matches(policy.Spec["podSelector"]!, pod.Value)).Select(pod => pod.Key);

    private int Number(string pod, JsonNode port) => port.GetValueKind() is JsonValueKind.Number ? (int)port : _ports[(pod, (string)port!)];

    private static IEnumerable<JsonNode?> PortsOf(JsonObject rule) => rule["ports"]!.AsArray().Select(port => port!["port"]);

    private static IEnumerable<string> Types(Resource policy) => policy.Spec["policyTypes"]!.AsArray().Select(type => (string)type!);

    private static bool Matches(JsonNode selector, IReadOnlyDictionary<string, string> labels) =>
        Resource.Strings(selector["matchLabels"]).All(label => labels.GetValueOrDefault(label.Key) == label.Value)
        && (selector["matchExpressions"]?.AsArray() ?? []).All(expression =>
        {
            var has = labels.TryGetValue((string)expression!["key"]!, out var value)
                && expression["values"]!.AsArray().Any(wanted => (string)wanted! == value);
            return has == ((string)expression["operator"]! == "In");
        });
}
