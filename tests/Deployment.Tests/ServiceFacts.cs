using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MoviesNow.Deployment.Tests;

/// <summary>What a service needs and offers, as its own files say.</summary>
internal sealed partial record ServiceFacts(string Name)
{
    private readonly Lazy<string> _source = new(() => string.Join('\n', Directory
        .EnumerateFiles(Repository.Path($"services/{Name}"), "*.cs", SearchOption.AllDirectories)
        .Select(File.ReadAllText)));

    public static readonly ServiceFacts[] All = [new("Catalog"), new("Upload"), new("Delivery"), new("Telemetry")];

    /// <summary>Its name in a cluster.</summary>
    public string ClusterName { get; } = Name.ToLowerInvariant();

    public string Source => _source.Value;

    public Assembly Assembly { get; } = Assembly.Load(new AssemblyName($"MoviesNow.{Name}"));

    /// <summary>The name of its database; null when it has none.</summary>
    public string? Database => DatabaseCall().Match(Source) is { Success: true } match ? match.Groups["name"].Value : null;

    public bool HasRedis => Source.Contains("AddRedis(\"redis\"", StringComparison.Ordinal);

    public bool HasBucket => Source.Contains(".AddObjectStorage(", StringComparison.Ordinal);

    public bool HasAuditService => Source.Contains(".MapAuditTrail()", StringComparison.Ordinal);

    /// <summary>The services that it calls.</summary>
    public string[] Calls => [.. ClientCall().Matches(Source).Select(match => match.Groups["name"].Value).Distinct()];

    /// <summary>The port of an endpoint, <c>grpc</c> or <c>http</c>.</summary>
    public int Port(string endpoint) =>
        new Uri((string)JsonNode.Parse(Repository.Read($"services/{Name}/appsettings.json"))!["Kestrel"]!["Endpoints"]![endpoint]!["Url"]!).Port;

    public override string ToString() => ClusterName;

    [GeneratedRegex("\\.AddPostgres\\(\"(?<name>\\w+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex DatabaseCall();

    [GeneratedRegex("\\.(AddServiceClient<[\\w.]+>|AddRemoteAuditTrail)\\(\"(?<name>\\w+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ClientCall();
}
