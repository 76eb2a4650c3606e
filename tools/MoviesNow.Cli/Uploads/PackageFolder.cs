using MoviesNow.Cli.Transfer;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Uploads;

/// <summary>The files of a folder as they were when they were read, by their paths below it.</summary>
internal sealed class PackageFolder
{
    private readonly Dictionary<string, SourceFile> _files;

    private PackageFolder(Dictionary<string, SourceFile> files) => _files = files;

    public IEnumerable<PackageFile> Files =>
        _files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => new PackageFile { Path = file.Key, SizeBytes = file.Value.Size, Sha256 = file.Value.Sha256 });

    public int Count => _files.Count;

    public long Bytes => _files.Values.Sum(file => file.Size);

    /// <summary>Reads all files below a folder. Links to folders are not followed.</summary>
    /// <exception cref="CommandException">There are none, or one cannot be read.</exception>
    public static async Task<PackageFolder> ReadAsync(string folder, ITransferProgress progress, CancellationToken cancellationToken)
    {
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };
        var found = new DirectoryInfo(folder).EnumerateFiles("*", all).ToList();
        if (found.Count == 0)
        {
            throw new CommandException($"'{folder}' has no files.");
        }

        progress.Begin("Reading", found.Sum(file => file.Length));
        var files = new Dictionary<string, SourceFile>(StringComparer.Ordinal);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(found, limits, async (file, token) =>
        {
            var read = await SourceFile.ReadAsync(file.FullName, progress.Moved, token);
            lock (files)
            {
                files.Add(Path.GetRelativePath(folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), read);
            }
        });
        return new PackageFolder(files);
    }

    /// <summary>The file that a declared one stands for.</summary>
    /// <exception cref="CommandException">The folder does not have it.</exception>
    public SourceFile Of(PackageFile declared) => _files.TryGetValue(declared.Path, out var file)
        ? file
        : throw new CommandException($"The package has a file that the folder has not: {declared.Path}. Abort the package, and upload the folder as it is now.");

    /// <summary>Passes while no file was changed.</summary>
    public void RequireUnchanged()
    {
        foreach (var file in _files.Values)
        {
            file.RequireUnchanged();
        }
    }
}
