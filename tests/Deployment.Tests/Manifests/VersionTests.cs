using System.Reflection;

namespace MoviesNow.Deployment.Tests.Manifests;

/// <summary>One version: that of the build, in the images of services and migrations, and in the names of the jobs.</summary>
public sealed class VersionTests
{
    private static readonly string Version =
        typeof(VersionTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "Version").Value!;

    [Theory]
    [InlineData("overlays/small")]
    [InlineData("overlays/large")]
    [InlineData("migrations")]
    public async Task Images_AreOfTheVersion(string folder) => Assert.All(
        (await Rendered.OfAsync(folder)).Resources.Where(resource => resource.Kind is "Deployment" or "Job"),
        workload => Assert.Equal($"moviesnow/{workload.PodLabels["app.kubernetes.io/name"]}:{Version}", (string)workload.Container["image"]!));

    [Fact]
    public async Task Migrations_AreJobsOfTheVersionForEachDatabase()
    {
        var jobs = (await Rendered.OfAsync("migrations")).Of("Job").ToList();
        var databases = ServiceFacts.All.Where(service => service.Database is not null).ToList();

        Assert.Equal(
            databases.Select(service => $"{service}-migration-{Version.Replace('.', '-')}").Order(StringComparer.Ordinal),
            jobs.Select(job => job.Name).Order(StringComparer.Ordinal));
        Assert.All(databases, service =>
        {
            var container = jobs.Single(job => job.PodLabels["app.kubernetes.io/name"] == service.ClusterName).Container;
            Assert.Equal(["migrate"], container["args"]!.AsArray().Select(argument => (string)argument!));
            Assert.Equal($"ConnectionStrings__{service.Database}", (string)Assert.Single(container["env"]!.AsArray())!["name"]!);
            Assert.Contains("MigrateCommand.IsAskedFor(args)", service.Source, StringComparison.Ordinal);
        });
    }
}
