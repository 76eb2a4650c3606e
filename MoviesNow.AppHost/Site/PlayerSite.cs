using MoviesNow.AppHost.Local;
using MoviesNow.AppHost.Media;
using MoviesNow.AppHost.Startup;
using MoviesNow.EmbeddedServers;

namespace MoviesNow.AppHost.Site;

/// <summary>
/// The player site of <c>web/</c>, built when its sources are newer than what was built, and served. The system does without: nothing waits
/// for it, and when it cannot be built, only the site is missing.
/// </summary>
/// <param name="Address">Where it is, or will be; null when there is none.</param>
/// <param name="Build">What builds it; null when it is built, or cannot be.</param>
/// <param name="Problem">Why there is none, in a few words; null when there is one.</param>
internal sealed record PlayerSite(string? Address, IResource? Build, string? Problem)
{
    private const int PreferredPort = 5100;
    private const int MinNode = 20;

    /// <summary>Adds the site when Node and <c>web/package.json</c> are there.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="home">Whether this is the first start: then the demo comes before the site is built.</param>
    /// <param name="demo">The demo.</param>
    /// <param name="media">Where the site reads media.</param>
    /// <param name="catalog">What it calls.</param>
    /// <param name="delivery">What it calls too.</param>
    /// <param name="telemetry">What it calls as well.</param>
    public static async Task<PlayerSite> AddAsync(
        IDistributedApplicationBuilder builder,
        LocalHome home,
        IResourceBuilder<ProjectResource> demo,
        MediaOrigin media,
        IResourceBuilder<ProjectResource> catalog,
        IResourceBuilder<ProjectResource> delivery,
        IResourceBuilder<ProjectResource> telemetry)
    {
        var folder = new SiteFolder(Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..")), builder.Configuration["Site"]);
        if (await ProblemAsync(builder, folder) is { } problem)
        {
            return new PlayerSite(Address: null, Build: null, problem);
        }

        var build = folder.IsBuilt ? null : AddBuild(builder, home, folder, demo, [catalog, delivery, telemetry]);
        var port = FreePort.Prefer(PreferredPort);
        var site = builder.AddExecutable("web", "npm", folder.Path, ["run", "serve", "--", "--port", $"{port}", "--strictPort"])
            .WithHttpEndpoint(port: port, targetPort: port, name: "http", isProxied: false)
            .WithEnvironment("MOVIESNOW_CATALOG_URL", catalog.GetEndpoint("http"))
            .WithEnvironment("MOVIESNOW_DELIVERY_URL", delivery.GetEndpoint("http"))
            .WithEnvironment("MOVIESNOW_TELEMETRY_URL", telemetry.GetEndpoint("http"))
            .WithAnnotation(new OptionalResource())
            .WithReadiness("http", "/")
            .WithUrls(context => context.Urls.ForEach(url => url.DisplayText = "site"));
        if (media.Url is { } url)
        {
            site.WithEnvironment("MOVIESNOW_MEDIA_URL", url);
        }

        if (build is not null)
        {
            site.WaitForCompletion(build);
        }

        return new PlayerSite($"http://localhost:{port}", build?.Resource, Problem: null);
    }

    /// <summary>What is said of it when the system is ready.</summary>
    public string Describe(ResourceNotificationService notifications)
    {
        if (Build is null)
        {
            return Problem is null ? $"site {Address}" : $"no site ({Problem})";
        }

        return notifications.TryGetCurrentState(Build.Name, out var build) && build.Snapshot.ExitCode is { } code
            ? code == 0 ? $"site {Address}" : $"no site (it could not be built: see {Build.Name})"
            : $"site {Address} (being built)";
    }

    private static async Task<string?> ProblemAsync(IDistributedApplicationBuilder builder, SiteFolder folder)
    {
        if (!builder.ExecutionContext.IsRunMode || folder.Name is SiteFolder.None)
        {
            return "switched off";
        }

        if (!folder.Exists)
        {
            return $"{folder.Name}/package.json is not there";
        }

        var (exitCode, version) = await ToolRun.RunAsync("node", "--version");
        var isEnough = exitCode == 0 && Version.TryParse(version.Trim().TrimStart('v'), out var node) && node.Major >= MinNode;
        return isEnough ? null : $"it needs Node {MinNode}";
    }

    /// <summary>Builds the site when everything else is up: it takes the machine for a while.</summary>
    private static IResourceBuilder<ExecutableResource> AddBuild(
        IDistributedApplicationBuilder builder, LocalHome home, SiteFolder folder, IResourceBuilder<ProjectResource> demo, IResourceBuilder<ProjectResource>[] services)
    {
        var command = folder.IsInstalled ? "npm run build" : "npm ci --no-audit --no-fund && npm run build";
        var build = builder.AddExecutable("web-build", "sh", folder.Path, ["-c", command]).WithAnnotation(new OptionalResource());
        foreach (var service in services)
        {
            build.WaitFor(service);
        }

        return home.IsSeeded ? build : build.WaitForCompletion(demo);
    }
}
