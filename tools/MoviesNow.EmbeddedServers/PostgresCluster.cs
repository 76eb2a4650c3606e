using System.Collections.Frozen;
using System.Security.Cryptography;

namespace MoviesNow.EmbeddedServers;

/// <summary>
/// A PostgreSQL data directory that is ready to be served: initialised, with its databases. It listens on 127.0.0.1 only,
/// without Unix sockets, and takes SCRAM passwords only; the password was generated when it was initialised.
/// </summary>
public sealed class PostgresCluster
{
    /// <summary>The superuser, and owner of all databases.</summary>
    public const string UserName = "moviesnow";

    private const string PasswordFile = "moviesnow.password";

    private readonly PostgresInstallation _installation;
    private readonly ServiceUser? _user;
    private readonly bool _durable;
    private readonly string[] _settings;

    private PostgresCluster(
        PostgresInstallation installation, ServiceUser? user, string dataDirectory, string password, bool durable, params string[] settings) =>
        (_installation, _user, DataDirectory, Password, _durable, _settings) = (installation, user, dataDirectory, password, durable, settings);

    /// <summary>Where the data is: what was asked for, or its stand-in below /var/tmp if the server's account cannot go there.</summary>
    public string DataDirectory { get; }

    /// <summary>The password of <see cref="UserName"/>.</summary>
    public string Password { get; }

    /// <summary>Makes a data directory ready, whatever state it is in; afterwards nothing but <see cref="Command"/> is needed.</summary>
    /// <param name="installation">The programs to use.</param>
    /// <param name="dataDirectory">The directory; it appears at once and whole, so that an interrupted first use leaves nothing half done.</param>
    /// <param name="databases">Databases that must exist, lower-case names; missing ones are created.</param>
    /// <param name="durable">False trades safety against power cuts for speed, for tests.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellationToken">Ends the preparation.</param>
    /// <exception cref="EmbeddedServerException">It is in use, of another major version, or a step failed.</exception>
    public static async Task<PostgresCluster> PrepareAsync(
        PostgresInstallation installation,
        string dataDirectory,
        IReadOnlyCollection<string> databases,
        bool durable = true,
        Action<string>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(installation);
        ArgumentNullException.ThrowIfNull(databases);
        PostgresSetup.CheckNames(databases);
        var user = ServiceUser.Find();
        dataDirectory = await ServerDirectory.ReachableAsync(dataDirectory, user, progress, cancellationToken);
        var setup = new PostgresSetup(installation, user, durable, progress);
        if (!Directory.Exists(dataDirectory))
            await setup.InitializeAsync(dataDirectory, UserName, PasswordFile, databases, cancellationToken);

        setup.CheckVersion(dataDirectory);
        await PostgresLockFile.ReleaseAsync(dataDirectory, PostgresLockFile.Patience, progress, cancellationToken);
        await setup.CreateDatabasesAsync(dataDirectory, databases, cancellationToken);
        var password = await File.ReadAllTextAsync(Path.Combine(dataDirectory, PasswordFile), cancellationToken);
        return new(installation, user, dataDirectory, password, durable);
    }

    /// <summary>The command that serves the data on a port, in the foreground, as an account that is not root.</summary>
    public ServerCommand Command(int port)
    {
        // Commits stay synchronous: what was acknowledged survives the server's death, though not the machine's.
        string[] speed = _durable ? [] : ["-c", "fsync=off", "-c", "full_page_writes=off"];
        var command = new ServerCommand(
            _installation.Program("postgres"),
            [
                "-D", DataDirectory, "-p", $"{port}",
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                "-c", "max_connections=200", "-c", "timezone=UTC", "-c", "log_timezone=UTC", "-c", "log_checkpoints=off",
                .. speed, .. _settings.SelectMany(static setting => new[] { "-c", setting }),
            ],
            FrozenDictionary<string, string>.Empty,
            DataDirectory)
        { StopSignal = "INT" };
        return _user?.Apply(command) ?? command;
    }

    /// <summary>The Npgsql connection string of one database, password included.</summary>
    public string ConnectionString(int port, string database) =>
        $"Host=127.0.0.1;Port={port};Username={UserName};Password={Password};Database={database}";

    /// <summary>Serves the data from this process, for tests; it recovers from whatever ended the last run.</summary>
    public async Task<ServerProcess> StartAsync(int port, Action<string>? progress = null, CancellationToken cancellationToken = default)
    {
        await PostgresLockFile.ReleaseAsync(DataDirectory, PostgresLockFile.Patience, progress, cancellationToken);
        return await ServerProcess.StartAsync(
            "PostgreSQL", Command(port), ReadinessProbes.Postgres(port), progress, timeout: null, cancellationToken);
    }

    /// <summary>Copies the data, which must not be served at the time, to a new directory; much faster than a first use.</summary>
    /// <param name="name">Name of the new directory, beside this one, or an absolute path.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    public async Task<PostgresCluster> CopyAsync(string name, CancellationToken cancellationToken = default)
    {
        var target = Path.Combine(Path.GetDirectoryName(DataDirectory)!, name);
        // As root this keeps the owner; copy-on-write where the file system can.
        string[] options = OperatingSystem.IsLinux() ? ["-a", "--reflink=auto"] : ["-a"];
        await CommandRunner.RunAsync("cp", ServerCommand.Of("cp", [.. options, DataDirectory, target]), input: null, progress: null, cancellationToken);
        return new(_installation, _user, target, Password, _durable, _settings);
    }

    /// <summary>The same data, served with further settings of the server, such as <c>archive_mode=on</c>.</summary>
    public PostgresCluster With(params string[] settings) => new(_installation, _user, DataDirectory, Password, _durable, [.. _settings, .. settings]);

    /// <summary>Copies the data from the server that serves it at the time, by <c>pg_basebackup</c>.</summary>
    /// <param name="port">Where it is served.</param>
    /// <param name="name">Name of the new directory, beside this one.</param>
    /// <param name="follows">Whether the copy, once it is served, is a standby that follows this one.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    public async Task<PostgresCluster> BackUpAsync(int port, string name, bool follows, CancellationToken cancellationToken = default)
    {
        var target = Path.Combine(Path.GetDirectoryName(DataDirectory)!, name);
        string[] following = follows ? ["-R"] : [];
        var password = new Dictionary<string, string>(StringComparer.Ordinal) { ["PGPASSWORD"] = Password };
        var command = ServerCommand.Of(
            _installation.Program("pg_basebackup"),
            ["-h", "127.0.0.1", "-p", $"{port}", "-U", UserName, "-D", target, "-X", "stream", "-c", "fast", "--no-sync", .. following]);
        command = command with { Environment = password };
        // Whoever serves the copy must own it, in a directory that may be another's.
        Directory.CreateDirectory(target);
        if (_user is not null)
            await _user.OwnAsync(target, cancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await CommandRunner.RunAsync("pg_basebackup", _user?.Apply(command) ?? command, input: null, progress: null, cancellationToken);
        return new(_installation, _user, target, Password, _durable, _settings);
    }

    internal static string NewPassword() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
