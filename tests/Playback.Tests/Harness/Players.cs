using System.Reflection;
using MoviesNow.Testing;

namespace MoviesNow.Playback.Tests.Harness;

/// <summary>The players, installed by npm and bundled once for all tests.</summary>
internal static class Players
{
    private static readonly Lazy<Task> Built = new(BuildAsync);

    public static string Project { get; } =
        typeof(Players).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ProjectDirectory").Value!;

    public static string Folder { get; } = Path.Combine(Project, "page");

    public static Task BuiltAsync() => Built.Value;

    private static async Task BuildAsync() =>
        await (await NodeFolder.InstallAsync("tests/Playback.Tests/page")).RunAsync("npm", "run", "--silent", "build");
}
