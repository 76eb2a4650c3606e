using System.Globalization;
using Npgsql;

namespace MoviesNow.EmbeddedServers.Tests;

public sealed class PostgresClusterTests(PostgresClusterTests.Template template) : IClassFixture<PostgresClusterTests.Template>, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly PostgresInstallation _installation = template.Installation;

    private string Data => _directory["data"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task PrepareAsync_FirstUse_DatabasesAreServed()
    {
        var cluster = await PrepareAsync("catalogdb", "uploaddb");
        var port = FreePort.Next();
        await using var server = await cluster.StartAsync(port);

        foreach (var database in new[] { "catalogdb", "uploaddb" })
            Assert.Equal(database, await ScalarAsync(cluster.ConnectionString(port, database), "SELECT current_database()"));
        Assert.Equal("127.0.0.1", await ScalarAsync(cluster.ConnectionString(port, "catalogdb"), "SHOW listen_addresses"));
        Assert.Equal("", await ScalarAsync(cluster.ConnectionString(port, "catalogdb"), "SHOW unix_socket_directories"));
        Assert.Equal("É", await ScalarAsync(cluster.ConnectionString(port, "catalogdb"), "SELECT upper('é')"));
        Assert.Equal(["data"], Directory.EnumerateFileSystemEntries(_directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task StartAsync_WrongPassword_IsRefused()
    {
        var cluster = await template.Cluster.CopyAsync(Data);
        var port = FreePort.Next();
        await using var server = await cluster.StartAsync(port);
        var wrong = cluster.ConnectionString(port, "catalogdb").Replace(cluster.Password, "wrong", StringComparison.Ordinal);

        var error = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(wrong, "SELECT 1"));

        Assert.Equal(PostgresErrorCodes.InvalidPassword, error.SqlState);
    }

    [Fact]
    public async Task Command_Always_HoldsNoPassword()
    {
        var cluster = await template.Cluster.CopyAsync(Data);

        Assert.DoesNotContain(cluster.Command(5432).Arguments, argument => argument.Contains(cluster.Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task PrepareAsync_SecondUse_KeepsDataAndAddsDatabases()
    {
        var first = await PrepareAsync("catalogdb");
        var port = FreePort.Next();
        await using (var server = await first.StartAsync(port))
            await ScalarAsync(first.ConnectionString(port, "catalogdb"), "CREATE TABLE kept (id int)");

        var second = await PrepareAsync("catalogdb", "uploaddb");
        await using var again = await second.StartAsync(port);

        Assert.Equal(first.Password, second.Password);
        Assert.Equal(0L, await ScalarAsync(second.ConnectionString(port, "catalogdb"), "SELECT count(*) FROM kept"));
        Assert.Equal("uploaddb", await ScalarAsync(second.ConnectionString(port, "uploaddb"), "SELECT current_database()"));
    }

    [Fact]
    public async Task PrepareAsync_Cancelled_LeavesNothing()
    {
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PostgresCluster.PrepareAsync(
            _installation, Data, ["catalogdb"], durable: false,
            message => { if (message.Contains("initialising", StringComparison.Ordinal)) cancellation.CancelAfter(100); },
            cancellation.Token));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task PrepareAsync_TwoAtOnce_ShareOneCluster()
    {
        var clusters = await Task.WhenAll(PrepareAsync("catalogdb"), PrepareAsync("catalogdb"));

        Assert.Equal(clusters[0].Password, clusters[1].Password);
        Assert.Equal(["data"], Directory.EnumerateFileSystemEntries(_directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task StartAsync_KilledAndProcessIdReused_Recovers()
    {
        var cluster = await template.Cluster.CopyAsync(Data);
        var port = FreePort.Next();
        await using (var server = await cluster.StartAsync(port))
        {
            await ScalarAsync(cluster.ConnectionString(port, "catalogdb"), "CREATE TABLE kept (id int)");
            await server.KillAsync();
        }

        // Another process of the same account has the id now: PostgreSQL by itself would refuse to start.
        var sleep = ServerCommand.Of("/bin/sleep", "600");
        await using var stranger = await ServerProcess.StartAsync("stranger", ServiceUser.Find()?.Apply(sleep) ?? sleep, static _ => Task.FromResult(true));
        var lockFile = Path.Combine(cluster.DataDirectory, "postmaster.pid");
        var lines = await File.ReadAllLinesAsync(lockFile);
        lines[0] = stranger.ProcessId!.Value.ToString(CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(lockFile, lines);

        await using var again = await cluster.StartAsync(port);

        Assert.Equal(0L, await ScalarAsync(cluster.ConnectionString(port, "catalogdb"), "SELECT count(*) FROM kept"));
    }

    [Fact]
    public async Task ServerProcess_StartAfterKill_ServesAgain()
    {
        var cluster = await template.Cluster.CopyAsync(Data);
        var port = FreePort.Next();
        await using var server = await cluster.StartAsync(port);
        // A connection that is open while the server dies has a process of its own to leave behind.
        await using var open = new NpgsqlConnection(cluster.ConnectionString(port, "catalogdb"));
        await open.OpenAsync();

        for (var i = 0; i < 3; i++)
        {
            await server.KillAsync();
            await server.StartAsync();
        }

        Assert.Equal(1, await ScalarAsync(cluster.ConnectionString(port, "catalogdb"), "SELECT 1"));
    }

    [Fact]
    public async Task StopAsync_ClientConnected_StopsInOrder()
    {
        var cluster = await template.Cluster.CopyAsync(Data);
        var port = FreePort.Next();
        await using var server = await cluster.StartAsync(port);
        await using var open = new NpgsqlConnection(cluster.ConnectionString(port, "catalogdb"));
        await open.OpenAsync();

        await server.StopAsync();

        Assert.Contains("database system is shut down", server.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(cluster.DataDirectory, "postmaster.pid")));
    }

    [Fact]
    public async Task StartAsync_SideBySide_BothServe()
    {
        var first = await template.Cluster.CopyAsync(Data);
        var second = await first.CopyAsync("copy");
        var (firstPort, secondPort) = (FreePort.Next(), FreePort.Next());
        await using var one = await first.StartAsync(firstPort);
        await using var two = await second.StartAsync(secondPort);

        await ScalarAsync(first.ConnectionString(firstPort, "catalogdb"), "CREATE TABLE only_here (id int)");

        Assert.Equal(DBNull.Value, await ScalarAsync(second.ConnectionString(secondPort, "catalogdb"), "SELECT to_regclass('only_here')::text"));
    }

    [Fact]
    public async Task ReleaseAsync_Served_NamesTheProcess()
    {
        var cluster = await template.Cluster.CopyAsync(Data);
        await using var server = await cluster.StartAsync(FreePort.Next());

        var error = await Assert.ThrowsAsync<EmbeddedServerException>(
            () => PostgresLockFile.ReleaseAsync(cluster.DataDirectory, TimeSpan.Zero, null, default));

        Assert.Contains($"Process {server.ProcessId} serves", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrepareAsync_OtherMajorVersion_SaysWhatToDo()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "PG_VERSION"), "9\n");

        var error = await Assert.ThrowsAsync<EmbeddedServerException>(() => PrepareAsync("catalogdb"));

        Assert.Contains("holds data of PostgreSQL 9", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x; DROP DATABASE postgres")]
    [InlineData("Upper")]
    [InlineData("")]
    public async Task PrepareAsync_BadDatabaseName_IsRefused(string name) =>
        await Assert.ThrowsAsync<ArgumentException>(() => PrepareAsync(name));

    [Fact]
    public async Task PrepareAsync_RootBelowPrivateHome_FallsBackAndSaysSo()
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        var home = Directory.CreateDirectory(_directory["home"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        var messages = new List<string>();

        var cluster = await PostgresCluster.PrepareAsync(_installation, Path.Combine(home, "checkout", "postgres"), ["catalogdb"], durable: false, messages.Add);
        try
        {
            var port = FreePort.Next();
            await using var server = await cluster.StartAsync(port);

            Assert.StartsWith("/var/tmp/moviesnow-", cluster.DataDirectory, StringComparison.Ordinal);
            Assert.Contains(messages, message => message.Contains("cannot enter", StringComparison.Ordinal) && message.Contains(cluster.DataDirectory, StringComparison.Ordinal));
            Assert.Equal(1, await ScalarAsync(cluster.ConnectionString(port, "catalogdb"), "SELECT 1"));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(cluster.DataDirectory)!, recursive: true);
        }
    }

    private Task<PostgresCluster> PrepareAsync(params string[] databases) =>
        PostgresCluster.PrepareAsync(_installation, Data, databases, durable: false);

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>One initialised cluster, to be copied.</summary>
    public sealed class Template : IAsyncLifetime, IDisposable
    {
        private readonly TemporaryDirectory _directory = new();

        public PostgresInstallation Installation { get; private set; } = null!;

        public PostgresCluster Cluster { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Installation = await PostgresInstallation.LocateOrInstallAsync(TestTools.Directory);
            Cluster = await PostgresCluster.PrepareAsync(Installation, _directory["template"], ["catalogdb"], durable: false);
        }

        public Task DisposeAsync() => Task.CompletedTask;

        public void Dispose() => _directory.Dispose();
    }
}
