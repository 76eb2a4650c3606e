using System.Text.Json.Nodes;
using MoviesNow.Testing;

namespace MoviesNow.Deployment.Tests.Manifests;

/// <summary>Resources against the schemas of their kinds, those of Kubernetes and of the Gateway API, without a cluster.</summary>
public sealed class SchemaTests
{
    // Of operators: no package has their schemas.
    private static readonly string[] Unknown = ["postgresql.cnpg.io/v1", "redis.redis.opstreelabs.in/v1beta2"];

    public static TheoryData<string> Folders() => new(Rendered.Folders);

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Resources_FollowTheirSchemas(string folder)
    {
        var resources = (await Rendered.OfAsync(folder)).Resources.Where(resource => !Unknown.Contains(resource.ApiVersion));

        await CheckAsync(new JsonArray([.. resources.Select(resource => resource.Node.DeepClone())]));
    }

    [Theory]
    [InlineData("spec.template.spec.containers.0.livenesProbe", "{}", "livenesProbe")]
    [InlineData("spec.template.spec.containers.0.imagePullPolicy", "\"Sometimes\"", "imagePullPolicy")]
    [InlineData("spec.template.spec.terminationGracePeriodSeconds", "\"40s\"", "integer")]
    [InlineData("spec.selector", null, "selector")]
    public async Task Check_OfAMistake_NamesIt(string path, string? value, string expected)
    {
        var deployment = (await Rendered.OfAsync("overlays/small")).One("Deployment", "catalog").Node.DeepClone();
        var words = path.Split('.');
        var parent = words[..^1].Aggregate(deployment, (node, word) => node is JsonArray array ? array[0]! : node![word]!).AsObject();
        if (value is null)
        {
            parent.Remove(words[^1]);
        }
        else
        {
            parent[words[^1]] = JsonNode.Parse(value);
        }

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => CheckAsync(new JsonArray(deployment)));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    private static async Task CheckAsync(JsonArray resources)
    {
        var node = await NodeFolder.InstallAsync("tests/Deployment.Tests/schemas");
        var file = Path.Combine(Path.GetTempPath(), $"moviesnow-resources-{Guid.NewGuid():N}.json");
        try
        {
            await File.WriteAllTextAsync(file, resources.ToJsonString());
            await node.RunAsync("node", "check.mjs", file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
