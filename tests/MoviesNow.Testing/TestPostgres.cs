using System.Globalization;
using MoviesNow.EmbeddedServers;
using Npgsql;

namespace MoviesNow.Testing;

/// <summary>A real PostgreSQL of the tests' own, without fsync, that can be stopped, killed and started again on its port.</summary>
public sealed class TestPostgres : IAsyncDisposable
{
    private readonly PostgresCluster _cluster;
    private readonly ServerProcess _process;
    private readonly SemaphoreSlim _poolerTurn = new(1, 1);
    private int _databases;
    private TestPgBouncer? _pooler;

    private TestPostgres(PostgresCluster cluster, ServerProcess process, int port) =>
        (_cluster, _process, Port) = (cluster, process, port);

    /// <summary>Its port on 127.0.0.1, the same after every start.</summary>
    public int Port { get; }

    /// <summary>Starts a server on a fresh copy of an initialised cluster, which is made once per PostgreSQL version.</summary>
    public static Task<TestPostgres> StartNewAsync(CancellationToken cancellationToken = default) => StartNewAsync(settings: [], cancellationToken);

    /// <summary>Starts a server with settings of its own, such as <c>archive_mode=on</c>.</summary>
    public static async Task<TestPostgres> StartNewAsync(string[] settings, CancellationToken cancellationToken = default)
    {
        var installation = await PostgresInstallation.LocateOrInstallAsync(
            Path.Combine(TestServerDirectory.Repository, ".moviesnow", "tools"), Console.WriteLine, cancellationToken);
        var template = await PostgresCluster.PrepareAsync(
            installation,
            Path.Combine(TestServerDirectory.Root, $"postgres-{installation.Version}"),
            databases: [],
            durable: false,
            Console.WriteLine,
            cancellationToken);
        TestServerDirectory.RemoveLeftovers(Path.GetDirectoryName(template.DataDirectory)!);
        var cluster = (await template.CopyAsync(TestServerDirectory.NewName("postgres"), cancellationToken)).With(settings);
        return await ServeAsync(cluster, cancellationToken);
    }

    /// <summary>Starts a standby that follows this server.</summary>
    public async Task<TestPostgres> StartStandbyAsync(CancellationToken cancellationToken = default) =>
        await ServeAsync(await _cluster.BackUpAsync(Port, TestServerDirectory.NewName("postgres"), follows: true, cancellationToken), cancellationToken);

    /// <summary>Takes a base backup, from which <see cref="RestoreAsync"/> starts a server.</summary>
    /// <returns>Where it is.</returns>
    public Task<PostgresCluster> BackUpAsync(CancellationToken cancellationToken = default) =>
        _cluster.BackUpAsync(Port, TestServerDirectory.NewName("postgres"), follows: false, cancellationToken);

    /// <summary>A new directory that the server's account may write to, for archived parts of the write-ahead log.</summary>
    public static string NewArchive()
    {
        var path = Path.Combine("/var/tmp", $"moviesnow-{TestServerDirectory.NewName("archive")}");
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => TestServerDirectory.Remove(path);
        return path;
    }

    /// <summary>Waits until a segment of the log is archived.</summary>
    public static async Task UntilArchivedAsync(string archive, string segment)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!File.Exists(Path.Combine(archive, segment)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
        }
    }

    /// <summary>Serves a base backup as it was at a moment, with what was archived since; it takes writes when this returns.</summary>
    /// <param name="backup">The base backup.</param>
    /// <param name="archive">The directory of the archived write-ahead log.</param>
    /// <param name="moment">The moment, as PostgreSQL writes it.</param>
    public static async Task<TestPostgres> RestoreAsync(PostgresCluster backup, string archive, string moment)
    {
        await File.WriteAllTextAsync(Path.Combine(backup.DataDirectory, "recovery.signal"), "");
        // Nothing of the restored server may get into the archive of the old one.
        var server = await ServeAsync(
            backup.With("archive_mode=off", $"restore_command=cp {archive}/%f %p", $"recovery_target_time={moment}", "recovery_target_action=promote"),
            CancellationToken.None);
        await server.UntilPrimaryAsync();
        return server;
    }

    /// <summary>Makes a standby the primary; it takes writes when this returns.</summary>
    public async Task PromoteAsync()
    {
        await ScalarAsync("SELECT pg_promote()");
        await UntilPrimaryAsync();
    }

    /// <summary>The connection string of a database that this server or another one has, whichever takes writes.</summary>
    public string ConnectionString(TestPostgres other, string database) => ConnectionString(database).Replace(
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port}"),
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1:{Port},127.0.0.1:{other.Port}"),
        StringComparison.Ordinal);

    /// <summary>What one statement in a database of this server gives.</summary>
    public async Task<object?> ScalarAsync(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection($"{_cluster.ConnectionString(Port, database)};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>The Npgsql connection string of a database of this server.</summary>
    public string ConnectionString(string database) => $"{_cluster.ConnectionString(Port, database)};Maximum Pool Size=20";

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _databases)}");
        await using var connection = new NpgsqlConnection($"{_cluster.ConnectionString(Port, "postgres")};Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return ConnectionString(name);
    }

    /// <summary>The connection string of a database through PgBouncer in transaction mode, which is started by the first who asks.</summary>
    /// <param name="connectionString">The way past it.</param>
    public async Task<string> PooledAsync(string connectionString)
    {
        await _poolerTurn.WaitAsync();
        try
        {
            _pooler ??= await TestPgBouncer.StartAsync(_cluster, Port);
        }
        finally
        {
            _poolerTurn.Release();
        }

        return connectionString.Replace(
            string.Create(CultureInfo.InvariantCulture, $"Port={Port}"),
            string.Create(CultureInfo.InvariantCulture, $"Port={_pooler.Port}"),
            StringComparison.Ordinal);
    }

    /// <summary>Stops the server in order; its clients are disconnected.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => _process.StopAsync(cancellationToken);

    /// <summary>Kills the server as a crash would.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Starts the server again after a stop or kill; it answers when this returns.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default) => _process.StartAsync(cancellationToken);

    private static async Task<TestPostgres> ServeAsync(PostgresCluster cluster, CancellationToken cancellationToken)
    {
        var port = FreePort.Next();
        return new(cluster, await cluster.StartAsync(port, Console.WriteLine, cancellationToken), port);
    }

    private async Task UntilPrimaryAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await ScalarAsync("SELECT pg_is_in_recovery()") is not false)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
        }
    }

    /// <summary>Stops the server and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_pooler is { } pooler)
        {
            await pooler.DisposeAsync();
        }

        await _process.DisposeAsync();
        TestServerDirectory.Remove(_cluster.DataDirectory);
    }
}
