namespace MoviesNow.AppHost.Site;

/// <summary>The folder of the player site, and how far its build is behind its sources.</summary>
/// <param name="repository">The checkout.</param>
/// <param name="configured">Another folder than <c>web</c>, absolute or below the checkout; <c>none</c> for no site; null or empty for <c>web</c>.</param>
internal sealed class SiteFolder(string repository, string? configured)
{
    /// <summary>The setting that switches the site off.</summary>
    public const string None = "none";

    private const string Standard = "web";
    private const string Built = "dist";
    private const string Installed = "node_modules";

    /// <summary>As it was configured.</summary>
    public string Name { get; } = string.IsNullOrEmpty(configured) ? Standard : configured;

    /// <summary>Absolute path.</summary>
    public string Path => System.IO.Path.GetFullPath(Name, repository);

    /// <summary>Whether there is a site.</summary>
    public bool Exists => File.Exists(In("package.json"));

    /// <summary>Whether what the lock file names is installed.</summary>
    public bool IsInstalled => WrittenAt(In(Installed, ".package-lock.json")) >= WrittenAt(In("package-lock.json"));

    /// <summary>Whether what was built is newer than all that it is built from, the contracts and their client among it.</summary>
    public bool IsBuilt => IsInstalled && File.Exists(In(Built, "index.html"))
        && Newest(In(Built)) >= Directory.EnumerateFileSystemEntries(Path).Where(IsSource).Concat(Shared).Max(Newest);

    private IEnumerable<string> Shared => [System.IO.Path.Combine(repository, "protos", "moviesnow"), System.IO.Path.Combine(repository, "clients", "typescript", "src")];

    private string In(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    private static bool IsSource(string entry) => System.IO.Path.GetFileName(entry) is not (Built or Installed or ['.', ..]);

    private static DateTime Newest(string entry) => Directory.Exists(entry)
        ? Directory.EnumerateFiles(entry, "*", SearchOption.AllDirectories).Select(WrittenAt).DefaultIfEmpty(DateTime.MinValue).Max()
        : WrittenAt(entry);

    /// <summary>In 1601 for a file that is not there.</summary>
    private static DateTime WrittenAt(string file) => File.GetLastWriteTimeUtc(file);
}
