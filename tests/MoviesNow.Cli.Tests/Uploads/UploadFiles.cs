using System.Security.Cryptography;

namespace MoviesNow.Cli.Tests.Uploads;

/// <summary>Files to upload, in a directory of their own.</summary>
internal sealed class UploadFiles : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("moviesnow-cli-");

    public string Path => _directory.FullName;

    /// <summary>A file of bytes that do not repeat.</summary>
    public async Task<(string File, byte[] Bytes)> CreateAsync(string name, int size)
    {
        var file = System.IO.Path.Combine(Path, name);
        var bytes = RandomNumberGenerator.GetBytes(size);
        await File.WriteAllBytesAsync(file, bytes);
        return (file, bytes);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
