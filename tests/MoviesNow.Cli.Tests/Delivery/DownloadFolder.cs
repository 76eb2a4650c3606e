using Microsoft.AspNetCore.Http;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Cli.Tests.Delivery;

/// <summary>Where a test downloads to.</summary>
internal sealed class DownloadFolder : IDisposable
{
    /// <summary>The name that the service gives to the bundles of these tests.</summary>
    public const string Name = "Fjord - S01.zip";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("moviesnow-download-");

    /// <summary>A directory that is inside of another empty one.</summary>
    public DownloadFolder() => Directory.CreateDirectory(Path);

    public string Path => System.IO.Path.Combine(_directory.FullName, "in");

    public string Target => System.IO.Path.Combine(Path, Name);

    public string Part => $"{Target}.part";

    /// <summary>All files, also those outside of the directory, by their paths relative to it.</summary>
    public string[] Files => [.. Directory.EnumerateFiles(_directory.FullName, "*", SearchOption.AllDirectories)
        .Select(file => System.IO.Path.GetRelativePath(Path, file)).Order(StringComparer.Ordinal)];

    public void Dispose() => _directory.Delete(recursive: true);

    /// <summary>Relays the beginning of an answer, and returns when it is in the file.</summary>
    public async Task RelayBeginningAsync(HttpContext context, Stream body, int bytes)
    {
        var beginning = new byte[bytes];
        await body.ReadExactlyAsync(beginning);
        await context.Response.Body.WriteAsync(beginning);
        await context.Response.Body.FlushAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(new FileInfo(Part) is { Exists: true, Length: var length } && length == bytes));
    }
}
