using System.Text.Json.Nodes;

namespace MoviesNow.Deployment.Tests.Manifests;

/// <summary>Pods have no more rights than they need: the profile "restricted" of Kubernetes, and less.</summary>
public sealed class PodSecurityTests
{
    public static TheoryData<string> Folders() => new(Rendered.Folders);

    // Pods of data/ are their operators'.
    public static TheoryData<string> FoldersWithPods() => new(Rendered.Folders.Where(folder => folder != "data"));

    [Theory]
    [MemberData(nameof(FoldersWithPods))]
    public async Task Pods_OfAllWorkloads_AreConfined(string folder)
    {
        var workloads = (await Rendered.OfAsync(folder)).Resources.Where(resource => resource.Kind is "Deployment" or "Job").ToList();
        Assert.NotEmpty(workloads);

        Assert.All(workloads, workload =>
        {
            var (pod, container) = (workload.Pod, workload.Container);
            Assert.False((bool)pod["automountServiceAccountToken"]!);
            Assert.True((bool)pod["securityContext"]!["runAsNonRoot"]!);
            Assert.NotEqual(0, (int)pod["securityContext"]!["runAsUser"]!);
            Assert.Equal("RuntimeDefault", (string)pod["securityContext"]!["seccompProfile"]!["type"]!);
            Assert.False((bool)container["securityContext"]!["allowPrivilegeEscalation"]!);
            Assert.True((bool)container["securityContext"]!["readOnlyRootFilesystem"]!);
            Assert.Equal(["ALL"], container["securityContext"]!["capabilities"]!["drop"]!.AsArray().Select(name => (string)name!));
            Assert.Null(pod["hostNetwork"]);
            Assert.DoesNotContain(pod["volumes"]?.AsArray() ?? [], volume => volume!["hostPath"] is not null);
            foreach (var kind in (ReadOnlySpan<string>)["requests", "limits"])
            {
                Assert.NotNull(container["resources"]![kind]!["memory"]);
                Assert.NotNull(container["resources"]![kind]!["cpu"]);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Secrets_AreReferredToAndNowhereGiven(string folder)
    {
        var rendered = await Rendered.OfAsync(folder);

        Assert.Empty(rendered.Of("Secret"));
        Assert.All(rendered.Of("ConfigMap").Where(map => map.Node["data"] is not null).SelectMany(map => map.Node["data"]!.AsObject()), setting =>
            Assert.DoesNotContain(Secrets, secret => setting.Key.Contains(secret, StringComparison.OrdinalIgnoreCase)));
        Assert.All(rendered.Resources.Where(resource => resource.Kind is "Deployment" or "Job").SelectMany(Variables), variable =>
            Assert.True(
                variable["value"] is null || !Secrets.Any(secret => ((string)variable["name"]!).Contains(secret, StringComparison.OrdinalIgnoreCase)),
                $"{variable["name"]} has a value."));

        static IEnumerable<JsonNode> Variables(Resource workload) => (workload.Container["env"]?.AsArray() ?? []).OfType<JsonNode>();
    }

    [Fact]
    public async Task Namespace_OfTheServices_AdmitsNothingElse() => Assert.Equal(
        "restricted",
        (string)(await Rendered.OfAsync("overlays/small")).One("Namespace", "moviesnow").Node["metadata"]!["labels"]!["pod-security.kubernetes.io/enforce"]!);

    private static readonly string[] Secrets =
    [
        "Password", "SecretAccessKey", "AccessKeyId", "ConnectionStrings", "SigningKey", "SessionTokenKey", "IpSalt", "TicketKeys", "ApiKeys", "__Keys__",
        "PrivateKey",
    ];
}
