using System.Reflection;

namespace MoviesNow.Playback.Tests.Harness;

/// <summary>The players, installed by npm and bundled once for all tests.</summary>
internal static class Players
{
    private static readonly Lazy<Task> Built = new(BuildAsync);

    public static string Project { get; } =
        typeof(Players).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ProjectDirectory").Value!;

    public static string Folder { get; } = Path.Combine(Project, "page");

    public static Task BuiltAsync() => Built.Value;

    private static async Task BuildAsync()
    {
        // npm leaves a copy of the lock file behind when it is done.
        var installed = new FileInfo(Path.Combine(Folder, "node_modules/.package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            // Not ci: the lock names the optional packages of one platform only, and people have others.
            await Tool.RunAsync("npm", Folder, "install", "--no-save", "--no-audit", "--no-fund", "--no-progress", "--ignore-scripts");
        }

        await Tool.RunAsync("npm", Folder, "run", "--silent", "build");
    }
}
