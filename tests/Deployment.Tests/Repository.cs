using MoviesNow.Testing;

namespace MoviesNow.Deployment.Tests;

/// <summary>Files of the checkout that the tests run from.</summary>
internal static class Repository
{
    public static string Path(string path) => System.IO.Path.Combine(TestServerDirectory.Repository, path);

    public static string Read(string path) => File.ReadAllText(Path(path));
}
