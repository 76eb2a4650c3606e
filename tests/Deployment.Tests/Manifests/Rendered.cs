using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MoviesNow.Testing;

namespace MoviesNow.Deployment.Tests.Manifests;

/// <summary>What <c>kubectl kustomize</c> makes of a folder of <c>deploy/kubernetes</c>. Needs kubectl 1.27 or later, and no cluster.</summary>
internal sealed class Rendered
{
    /// <summary>The folders that are applied, each by itself.</summary>
    public static readonly string[] Folders = ["overlays/small", "overlays/large", "migrations", "data", "collector"];

    private static readonly ConcurrentDictionary<string, Lazy<Task<Rendered>>> Known = new(StringComparer.Ordinal);

    private Rendered(IReadOnlyList<Resource> resources) => Resources = resources;

    public IReadOnlyList<Resource> Resources { get; }

    public static Task<Rendered> OfAsync(string folder) => Known.GetOrAdd(folder, static folder => new(() => RenderAsync(folder))).Value;

    public IEnumerable<Resource> Of(string kind) => Resources.Where(resource => resource.Kind == kind);

    public Resource One(string kind, string name) => Of(kind).Single(resource => resource.Name == name);

    private static async Task<Rendered> RenderAsync(string folder)
    {
        var (yaml, _) = await Tool.RunAsync("kubectl", Repository.Path("deploy/kubernetes"), "kustomize", folder);
        return new([.. Yaml.Read(yaml).Select(document => new Resource((JsonObject)document))]);
    }
}
