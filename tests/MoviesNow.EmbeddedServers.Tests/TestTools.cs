namespace MoviesNow.EmbeddedServers.Tests;

internal static class TestTools
{
    /// <summary>Where downloads are kept between runs, as the AppHost keeps them.</summary>
    public static string Directory { get; } = Path.Combine(Repository(), ".moviesnow", "tools");

    public static string Repository()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); ; directory = directory.Parent!)
        {
            if (File.Exists(Path.Combine(directory.FullName, ".config", "dotnet-tools.json")))
                return directory.FullName;
        }
    }
}
