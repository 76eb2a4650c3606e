namespace MoviesNow.EndToEnd.Tests;

/// <summary>A home of an AppHost of the test's own. It is not below a directory that other accounts cannot enter.</summary>
internal sealed class HomeDirectory : IDisposable
{
    public HomeDirectory()
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"moviesnow-e2e-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    /// <summary>The argument that makes an AppHost use it.</summary>
    public string Argument => $"--MoviesNow:Home={Path}";

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
