using MoviesNow.AppHost.Backing;

namespace MoviesNow.AppHost;

/// <summary>
/// The directory <c>.moviesnow</c> of this checkout: the data of the embedded servers, secrets, logs. It is kept between runs;
/// the argument <c>--fresh</c> wipes it. One AppHost at a time may use it.
/// </summary>
internal sealed class LocalHome : IDisposable
{
    private readonly FileStream _lock;

    private LocalHome(string path, FileStream @lock) => (Path, _lock) = (path, @lock);

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>True when the demo was completed in an earlier run.</summary>
    public bool IsSeeded => File.Exists(SeedMarker);

    private string SeedMarker => System.IO.Path.Combine(Path, "seeded");

    /// <summary>Opens the directory for this process; the configuration <c>MoviesNow:Home</c> puts it elsewhere.</summary>
    /// <exception cref="DistributedApplicationException">Another AppHost uses it.</exception>
    public static LocalHome Open(IDistributedApplicationBuilder builder, string[] args)
    {
        var configured = builder.Configuration["MoviesNow:Home"] ?? "../.moviesnow";
        var path = System.IO.Path.GetFullPath(configured, builder.AppHostDirectory);
        Directory.CreateDirectory(path);
        var @lock = Lock(path);
        if (args.Contains("--fresh", StringComparer.Ordinal))
        {
            EmbeddedBacking.Wipe(path, keep: @lock.Name);
        }

        builder.Configuration["Aspire:Execution:LogDirectory"] ??= System.IO.Path.Combine(path, "logs");
        return new LocalHome(path, @lock);
    }

    /// <summary>The absolute path of something inside.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Remembers that the demo was completed.</summary>
    public void MarkSeeded() => File.WriteAllText(SeedMarker, "The demo was completed; remove this file to have it run again at the next start.\n");

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, "apphost.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new DistributedApplicationException($"Another AppHost is using {path}. Stop it first, or run this one with --MoviesNow:Home=<another directory>.", exception);
        }
    }
}
