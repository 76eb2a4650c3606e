using System.Text;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;

namespace MoviesNow.Cli.Bundles;

/// <summary>A file that goes into a bundle.</summary>
/// <param name="Path">Its name in the ZIP, with forward slashes.</param>
/// <param name="File">Where it is.</param>
/// <param name="Size">In bytes.</param>
internal sealed record BundleFile(string Path, string File, long Size);

/// <summary>The files of a folder that a bundle is made of.</summary>
internal static class BundleFolder
{
    private const int MaxName = 120;

    /// <summary>All files below the folder, in order of their names in the ZIP, which keep the rules of bundles.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="besides">Files that are not of the bundle though they may be in the folder: what is being written.</param>
    /// <exception cref="CommandException">The folder cannot be read, or a rule is broken.</exception>
    public static IReadOnlyList<BundleFile> Read(string folder, IReadOnlyCollection<string> besides)
    {
        try
        {
            var files = Below(new DirectoryInfo(folder))
                .Where(file => !besides.Contains(file.FullName, StringComparer.Ordinal))
                .Select(file => OfBundle(folder, file))
                .OrderBy(file => file.Path, StringComparer.Ordinal)
                .ToList();
            return ZipPlan.Violation([.. files.Select(file => (file.Path, file.Size))], new ZipLimits()) is { } problem ? throw Refused(problem) : files;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"'{folder}' cannot be read: {exception.Message}");
        }
    }

    /// <summary>The error for a ZIP that the service would refuse.</summary>
    public static CommandException Refused(ZipProblem problem)
    {
        var subject = problem.Entry is null ? "It" : $"\"{PrintableText.Of(problem.Entry, MaxName)}\"";
        var detail = problem.Detail is null ? "" : $": {problem.Detail}";
        return new CommandException($"The service would refuse the ZIP ({problem.Rule.Id}, see docs/zip-rules.md). {subject} {problem.Rule.Words}{detail}.");
    }

    private static IEnumerable<FileInfo> Below(DirectoryInfo folder)
    {
        // Not recursive by itself: that would pass over folders that are links.
        var all = new EnumerationOptions { AttributesToSkip = FileAttributes.None };
        foreach (var file in folder.EnumerateFiles("*", all))
        {
            yield return file;
        }

        foreach (var child in folder.EnumerateDirectories("*", all))
        {
            NoLink(child);
            foreach (var file in Below(child))
            {
                yield return file;
            }
        }
    }

    private static BundleFile OfBundle(string folder, FileInfo file)
    {
        NoLink(file);
        // Some systems hand out é as two characters, others as one.
        var path = Path.GetRelativePath(folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/').Normalize(NormalizationForm.FormC);
        return new BundleFile(path, file.FullName, file.Length);
    }

    /// <summary>What a link points to need not be of the bundle.</summary>
    private static void NoLink(FileSystemInfo entry)
    {
        if (entry.LinkTarget is not null)
        {
            throw new CommandException($"\"{PrintableText.Of(entry.Name, MaxName)}\" is a symbolic link (SYMBOLIC_LINK, see docs/zip-rules.md): put the file in.");
        }
    }
}
