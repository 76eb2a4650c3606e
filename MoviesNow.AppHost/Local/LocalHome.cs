using System.Security.Cryptography;
using System.Text.Json;
using MoviesNow.AppHost.Startup;

namespace MoviesNow.AppHost.Local;

/// <summary>
/// The directory <c>.moviesnow</c> of this checkout: the data of the embedded servers, and secrets. It is kept between runs; the
/// argument <c>--fresh</c> wipes it. One AppHost at a time may use it.
/// </summary>
internal sealed class LocalHome : IDisposable
{
    private const string FreshSwitch = "--fresh";
    private const string LockFile = "apphost.lock";

    private readonly FileStream? _lock;

    private LocalHome(string path, FileStream? @lock) => (Path, _lock) = (path, @lock);

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>True when the demo was completed in an earlier run.</summary>
    public bool IsSeeded => File.Exists(SeedMarker);

    private string SeedMarker => PathOf("seeded");

    /// <summary>Opens the directory for this process; the configuration <c>MoviesNow:Home</c> puts it elsewhere.</summary>
    /// <exception cref="StartException">Another AppHost uses it.</exception>
    public static LocalHome Open(IDistributedApplicationBuilder builder, string[] args)
    {
        var configured = builder.Configuration["MoviesNow:Home"] ?? "../.moviesnow";
        var path = System.IO.Path.GetFullPath(configured, builder.AppHostDirectory);
        Directory.CreateDirectory(path);
        if (!builder.ExecutionContext.IsRunMode)
        {
            return new LocalHome(path, @lock: null);
        }

        var home = new LocalHome(path, Lock(path));
        if (args.Contains(FreshSwitch, StringComparer.Ordinal))
        {
            Empty(path, keep: LockFile);
        }

        return home;
    }

    /// <summary>Arguments that are settings: a switch without a value would take the next argument for its value.</summary>
    public static string[] WithoutSwitches(string[] args) => [.. args.Where(argument => !string.Equals(argument, FreshSwitch, StringComparison.Ordinal))];

    /// <summary>The absolute path of something inside.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Remembers that the demo was completed.</summary>
    public void MarkSeeded() => File.WriteAllText(SeedMarker, "The demo was completed; remove this file to have it run again at the next start.\n");

    /// <summary>Reads what an earlier run wrote to a file that only its owner may read, or makes it.</summary>
    /// <exception cref="StartException">The file is damaged.</exception>
    public T LoadOrCreate<T>(string name, Func<T> create) where T : class
    {
        var file = PathOf(name);
        if (!File.Exists(file))
        {
            var value = create();
            Save(name, value);
            return value;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(file), JsonSerializerOptions.Web) ?? throw new JsonException("It is empty.");
        }
        catch (JsonException exception)
        {
            throw new StartException($"{file} is damaged: {exception.Message} Remove it, or start with --fresh.", exception);
        }
    }

    /// <summary>Writes a file that only its owner may read.</summary>
    public void Save<T>(string name, T value) where T : class => OwnerOnlyFile.Write(PathOf(name), JsonSerializer.Serialize(value, JsonSerializerOptions.Web));

    /// <summary>A new key of 256 bits, base64.</summary>
    public static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>A new token of 160 bits, hexadecimal.</summary>
    public static string NewToken() => RandomNumberGenerator.GetHexString(40, lowercase: true);

    public void Dispose() => _lock?.Dispose();

    /// <summary>Removes what is in a directory.</summary>
    /// <param name="directory">The directory; it may be missing.</param>
    /// <param name="keep">Name of the one file that stays.</param>
    public static void Empty(string directory, string? keep)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos().Where(entry => !string.Equals(entry.Name, keep, StringComparison.Ordinal)))
        {
            // Where PostgreSQL's account cannot reach the checkout, its data is elsewhere and a link leads to it.
            if (entry is DirectoryInfo child)
            {
                (child.ResolveLinkTarget(returnFinalTarget: true) as DirectoryInfo)?.Delete(recursive: true);
                child.Delete(recursive: child.LinkTarget is null);
            }
            else
            {
                entry.Delete();
            }
        }
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new StartException($"Another AppHost is using {path}. Stop it first, or run this one with --MoviesNow:Home=<another directory>.", exception);
        }
    }
}
