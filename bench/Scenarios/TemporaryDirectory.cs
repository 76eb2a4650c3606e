namespace MoviesNow.Bench.Scenarios;

/// <summary>A directory that is gone afterwards.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("moviesnow-bench-");

    public string Path => _directory.FullName;

    public void Dispose() => _directory.Delete(recursive: true);
}
