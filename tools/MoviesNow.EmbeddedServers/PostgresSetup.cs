using System.Text.RegularExpressions;

namespace MoviesNow.EmbeddedServers;

/// <summary>The steps that make a data directory, run as the account that will serve it.</summary>
internal sealed partial class PostgresSetup(PostgresInstallation installation, ServiceUser? user, bool durable, Action<string>? progress)
{
    // Beside the data, so that a start need not ask a server which databases there are.
    private const string DatabasesFile = "moviesnow.databases";

    /// <exception cref="ArgumentException">A name would need quoting.</exception>
    public static void CheckNames(IReadOnlyCollection<string> databases)
    {
        if (databases.FirstOrDefault(static name => !NamePattern().IsMatch(name)) is { } bad)
            throw new ArgumentException($"'{bad}' is not a lower-case database name.", nameof(databases));
    }

    /// <summary>Makes the directory in a temporary sibling and renames it when it is complete.</summary>
    public async Task InitializeAsync(
        string directory, string userName, string passwordFile, IReadOnlyCollection<string> databases, CancellationToken cancellationToken)
    {
        progress?.Invoke($"PostgreSQL: initialising '{directory}' with PostgreSQL {installation.Version}");
        var temporary = $"{directory}.{Path.GetRandomFileName()}";
        var data = Path.Combine(temporary, "data");
        var password = Path.Combine(temporary, passwordFile);
        Directory.CreateDirectory(temporary);
        try
        {
            await using (var writer = new StreamWriter(password, OwnerOnly.NewFile()))
                await writer.WriteAsync(PostgresCluster.NewPassword());
            if (user is not null)
                await user.OwnAsync(temporary, cancellationToken);

            string[] sync = durable ? ["--data-checksums"] : ["--no-sync"];
            await RunAsync(
                "initdb",
                ["-D", data, "-U", userName, $"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8", .. Locale(), .. sync],
                input: null,
                cancellationToken);
            File.Move(password, Path.Combine(data, passwordFile));
            await CreateDatabasesAsync(data, databases, cancellationToken);
            Directory.Move(data, directory);
        }
        catch (IOException) when (Directory.Exists(directory))
        {
            // Another process was faster.
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    /// <exception cref="EmbeddedServerException">The data is not of the installation's major version.</exception>
    public void CheckVersion(string directory)
    {
        var file = Path.Combine(directory, "PG_VERSION");
        var found = File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        if (found is null)
            throw new EmbeddedServerException($"'{directory}' is not a PostgreSQL data directory: remove it.");
        if (found != $"{installation.Version.Major}")
        {
            throw new EmbeddedServerException(
                $"'{directory}' holds data of PostgreSQL {found}, but the one found here is {installation.Version}: install PostgreSQL {found}, or remove the data.");
        }
    }

    /// <summary>Creates what is missing, in single-user mode; the data must not be served at the time.</summary>
    public async Task CreateDatabasesAsync(string directory, IReadOnlyCollection<string> databases, CancellationToken cancellationToken)
    {
        var file = Path.Combine(directory, DatabasesFile);
        var existing = File.Exists(file) ? await File.ReadAllLinesAsync(file, cancellationToken) : [];
        var missing = databases.Except(existing, StringComparer.Ordinal).ToArray();
        if (missing.Length == 0)
            return;
        progress?.Invoke($"PostgreSQL: creating {string.Join(", ", missing)}");
        string[] sync = durable ? [] : ["-F"];
        var output = await RunAsync(
            "postgres",
            ["--single", .. sync, "-D", directory, "postgres"],
            string.Concat(missing.Select(static name => $"CREATE DATABASE {name}\n")),
            cancellationToken);
        // Single-user mode exits with 0 whatever happens.
        var errors = output.Split('\n').Where(static line => ErrorPattern().IsMatch(line) && !line.Contains("already exists", StringComparison.Ordinal)).ToArray();
        if (errors.Length > 0)
            throw new EmbeddedServerException($"PostgreSQL could not create its databases: {string.Join(" | ", errors)}");
        await File.WriteAllLinesAsync(file, existing.Concat(missing), cancellationToken);
    }

    // Code points decide order and case mapping is Unicode's, on every system: the built-in provider came with version 17. pg_trgm asks the
    // operating system what a letter is, and under C knows those of ASCII only.
    private string[] Locale()
    {
        var unicode = OperatingSystem.IsMacOS() ? "en_US.UTF-8" : "C.UTF-8";
        return installation.Version.Major >= 17
            ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", $"--lc-ctype={unicode}"]
            : [$"--locale={unicode}"];
    }

    private Task<string> RunAsync(string program, string[] arguments, string? input, CancellationToken cancellationToken)
    {
        var command = ServerCommand.Of(installation.Program(program), arguments);
        return CommandRunner.RunAsync($"PostgreSQL: {program}", user?.Apply(command) ?? command, input, progress, cancellationToken);
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NamePattern();

    [GeneratedRegex("(ERROR|FATAL|PANIC): ", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ErrorPattern();
}
