using System.Text.Json.Nodes;
using MoviesNow.Deployment.Tests.Manifests;

namespace MoviesNow.Deployment.Tests.Prometheus;

/// <summary>Rules of <c>deploy/prometheus</c>.</summary>
internal sealed record Rule(JsonObject Node)
{
    /// <summary>The alert's name; null for a rule that records.</summary>
    public string? Alert => (string?)Node["alert"];

    public string? Record => (string?)Node["record"];

    public string Expression => (string)Node["expr"]!;

    public static IReadOnlyList<Rule> All { get; } = [.. Files("*.rules.yaml")
        .SelectMany(Yaml.Read)
        .SelectMany(document => document["groups"]!.AsArray())
        .SelectMany(group => group!["rules"]!.AsArray())
        .Select(rule => new Rule(rule!.AsObject()))];

    public static IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(Repository.Path("deploy/prometheus"), pattern).Select(File.ReadAllText);
}
