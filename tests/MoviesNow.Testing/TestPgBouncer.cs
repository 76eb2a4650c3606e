using System.Collections.Frozen;
using MoviesNow.EmbeddedServers;

namespace MoviesNow.Testing;

/// <summary>
/// PgBouncer in front of a server, in transaction mode. It has few connections to the server, so that whoever counts on a session finds
/// another one. Needs Debian's <c>pgbouncer</c>.
/// </summary>
internal sealed class TestPgBouncer : IAsyncDisposable
{
    private readonly ServerProcess _process;
    private readonly string _directory;

    private TestPgBouncer(ServerProcess process, string directory, int port) => (_process, _directory, Port) = (process, directory, port);

    public int Port { get; }

    public static async Task<TestPgBouncer> StartAsync(PostgresCluster server, int serverPort)
    {
        var port = FreePort.Next();
        // Beside the server's data, which the same account can reach.
        var directory = Path.Combine(Path.GetDirectoryName(server.DataDirectory)!, TestServerDirectory.NewName("pgbouncer"));
        Directory.CreateDirectory(directory);
        var file = Path.Combine(directory, "pgbouncer.ini");
        await File.WriteAllTextAsync(file, $"""
            [databases]
            * = host=127.0.0.1 port={serverPort} user={PostgresCluster.UserName} password={server.Password}

            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = 4
            max_client_conn = 1000
            log_connections = 0
            log_disconnections = 0

            """);
        var command = new ServerCommand("/usr/sbin/pgbouncer", [file], FrozenDictionary<string, string>.Empty, directory) { StopSignal = "INT" };
        if (ServiceUser.Find() is { } user)
        {
            await user.OwnAsync(directory, CancellationToken.None);
            command = user.Apply(command);
        }

        return new(await ServerProcess.StartAsync("PgBouncer", command, ReadinessProbes.Postgres(port)), directory, port);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.KillAsync();
        await _process.DisposeAsync();
        TestServerDirectory.Remove(_directory);
    }
}
