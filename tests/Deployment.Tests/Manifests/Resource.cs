using System.Text.Json.Nodes;

namespace MoviesNow.Deployment.Tests.Manifests;

/// <summary>One resource of a cluster.</summary>
/// <param name="Node">As it is applied.</param>
internal sealed record Resource(JsonObject Node)
{
    public string Kind => (string)Node["kind"]!;

    public string Name => (string)Node["metadata"]!["name"]!;

    public string ApiVersion => (string)Node["apiVersion"]!;

    public JsonObject Spec => Node["spec"]!.AsObject();

    /// <summary>What its pods are made of, for a Deployment or a Job.</summary>
    public JsonObject Pod => Spec["template"]!["spec"]!.AsObject();

    /// <summary>Its only container.</summary>
    public JsonObject Container => Assert.Single(Pod["containers"]!.AsArray())!.AsObject();

    /// <summary>Labels of its pods.</summary>
    public IReadOnlyDictionary<string, string> PodLabels => Strings(Spec["template"]!["metadata"]!["labels"]);

    /// <summary>The port of its container of a name.</summary>
    public int PortOf(string name) => (int)Container["ports"]!.AsArray().Single(port => (string?)port!["name"] == name)!["containerPort"]!;

    public override string ToString() => $"{Kind} {Name}";

    /// <summary>A map of strings; empty when it is absent.</summary>
    public static Dictionary<string, string> Strings(JsonNode? map) =>
        map?.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.ToString(), StringComparer.Ordinal) ?? [];
}
