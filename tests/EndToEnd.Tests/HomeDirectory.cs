namespace MoviesNow.EndToEnd.Tests;

/// <summary>A home of an AppHost of the test's own. It is not below a directory that other accounts cannot enter.</summary>
internal sealed class HomeDirectory : IDisposable
{
    public HomeDirectory()
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"moviesnow-e2e-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path);
    }

    /// <summary>A home in which the demo was completed before, so that a start is shorter.</summary>
    public static HomeDirectory Seeded()
    {
        var home = new HomeDirectory();
        File.WriteAllText(System.IO.Path.Combine(home.Path, "seeded"), "");
        return home;
    }

    public string Path { get; }

    /// <summary>The path of something inside.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The argument that makes an AppHost use it.</summary>
    public string Argument => $"--MoviesNow:Home={Path}";

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
