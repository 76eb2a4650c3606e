using System.Globalization;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Common.V1;
using MoviesNow.Testing;
using Npgsql;

namespace MoviesNow.ServiceDefaults.Tests.Errors.Leaks;

/// <summary>Whatever fails at a real PostgreSQL, nobody learns statements, values, names or where it is.</summary>
public sealed class DatabaseLeakTests(PostgresOutageFixture postgres) : IClassFixture<PostgresOutageFixture>, IAsyncLifetime
{
    private const string Password = "planted-password";

    private const string Schema = """
        CREATE TABLE planted_table (
            key text CONSTRAINT planted_key PRIMARY KEY,
            number integer NOT NULL CONSTRAINT planted_check CHECK (number > 0),
            parent text CONSTRAINT planted_parent REFERENCES planted_table);
        INSERT INTO planted_table VALUES ('planted-a', 1), ('planted-b', 1);
        """;

    private static readonly Dictionary<string, (ErrorReason Reason, Func<NpgsqlDataSource, CancellationToken, Task> Work)> Failures = new(StringComparer.Ordinal)
    {
        ["unique violation"] = Statement(ErrorReason.Internal, "INSERT INTO planted_table VALUES ('planted-a', 1)"),
        ["check violation"] = Statement(ErrorReason.Internal, "INSERT INTO planted_table VALUES ('planted-c', -1)"),
        ["foreign key violation"] = Statement(ErrorReason.Internal, "INSERT INTO planted_table VALUES ('planted-c', 1, 'planted-absent')"),
        ["not null violation"] = Statement(ErrorReason.Internal, "INSERT INTO planted_table VALUES ('planted-c', NULL)"),
        ["syntax error"] = Statement(ErrorReason.Internal, "SELEC 'planted-literal'"),
        ["no such column"] = Statement(ErrorReason.Internal, "SELECT planted_column FROM planted_table"),
        ["malformed value"] = Statement(ErrorReason.Internal, "SELECT 'planted-literal'::uuid"),
        ["words of the database's own"] = Statement(ErrorReason.Internal, "DO $$ BEGIN RAISE EXCEPTION 'planted-text' USING HINT = 'planted-hint', DETAIL = 'planted-detail'; END $$"),
        ["no permission"] = Statement(ErrorReason.Internal, "CREATE ROLE planted_role"),
        ["a NULL that is not expected"] = (ErrorReason.Internal, ReadNullAsync),
        ["lock not available"] = (ErrorReason.ConflictRetry, MeetLockAsync),
        ["serialization failure"] = (ErrorReason.ConflictRetry, CollideAsync),
        ["deadlock"] = (ErrorReason.ConflictRetry, DeadlockAsync),
        ["statement timeout"] = Statement(ErrorReason.DependencyUnavailable, "SET statement_timeout = 50; SELECT pg_sleep(60) AS planted_sleep"),
        ["time-out of the driver"] = (ErrorReason.DependencyUnavailable, TimeOutAsync),
        ["session ended by the server"] = Statement(ErrorReason.DependencyUnavailable, "SELECT pg_terminate_backend(pg_backend_pid()) AS planted_end"),
    };

    private string _connectionString = null!;

    public async Task InitializeAsync()
    {
        await using var admin = Source(await postgres.Server.CreateDatabaseAsync());
        await using var create = admin.CreateCommand($"""
            DO $$ BEGIN CREATE ROLE planted_user LOGIN PASSWORD '{Password}'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            GRANT ALL ON SCHEMA public TO planted_user;
            """);
        await create.ExecuteNonQueryAsync();
        _connectionString = new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Username = "planted_user", Password = Password }.ConnectionString;
        await using var user = Source(_connectionString);
        await using var schema = user.CreateCommand(Schema);
        await schema.ExecuteNonQueryAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public static TheoryData<string> Kinds() => new(Failures.Keys);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Call_StatementThatFails_TellsTheReasonAlone(string kind)
    {
        var (reason, work) = Failures[kind];
        await using var host = await HostAsync(_connectionString);

        var answer = await host.CallAsync(context => work(DatabaseOf(host), context.CancellationToken));

        await host.AssertOnlyTheReasonIsToldAsync(reason, answer);
    }

    [Theory]
    [InlineData("Password=planted-wrong-password", ErrorReason.Internal)]
    [InlineData("Username=planted_nobody", ErrorReason.Internal)]
    [InlineData("Database=planted_database", ErrorReason.DependencyUnavailable)]
    [InlineData("Host=planted-host.invalid", ErrorReason.DependencyUnavailable)]
    public async Task Call_ConnectionThatIsRefused_TellsTheReasonAlone(string setting, ErrorReason reason)
    {
        await using var host = await HostAsync($"{_connectionString};{setting}");

        var answer = await host.CallAsync(context => RunAsync(DatabaseOf(host), "SELECT 'planted-literal'", context.CancellationToken));

        await host.AssertOnlyTheReasonIsToldAsync(reason, answer);
    }

    [Theory]
    [InlineData("Password=planted-wrong-password")]
    [InlineData("Host=planted-host.invalid")]
    public async Task Health_DatabaseOutOfReach_TellsTheStateAlone(string setting)
    {
        await using var host = await HostAsync($"{_connectionString};{setting}");
        await host.AssertHealthTellsNothingAsync("Unhealthy");
    }

    [Fact]
    public async Task Call_ServerKilledInMidQueryAndThenGone_TellsTheReasonAlone()
    {
        await using var host = await HostAsync(_connectionString);
        await using var watcher = Source(_connectionString);

        var call = host.CallAsync(context => RunAsync(DatabaseOf(host), "SELECT pg_sleep(60) AS planted_sleep", context.CancellationToken));
        await UntilRunningAsync(watcher, "planted_sleep");
        await postgres.Server.KillAsync();
        var killed = await call;
        var refused = await host.CallAsync(context => RunAsync(DatabaseOf(host), "SELECT 'planted-literal'", context.CancellationToken));
        await postgres.Server.StartAsync();

        Assert.Equal("DEPENDENCY_UNAVAILABLE", killed.Reason);
        await host.AssertNothingToldAsync(killed);
        await host.AssertOnlyTheReasonIsToldAsync(ErrorReason.DependencyUnavailable, refused);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_DeadlineThatPasses_TellsThatAlone(bool beforeTheQuery)
    {
        await using var host = await HostAsync(_connectionString);

        var answer = await host.CallAsync(
            async context =>
            {
                await (beforeTheQuery ? EndOf(context) : Task.CompletedTask);
                await RunAsync(DatabaseOf(host), "SELECT pg_sleep(60) AS planted_sleep", context.CancellationToken);
            },
            ("grpc-timeout", "300m"));

        Assert.Equal(StatusCode.DeadlineExceeded, answer.Code);
        Assert.DoesNotContain("could not reach", host.Logs.Text, StringComparison.Ordinal);
        await host.AssertNothingToldAsync(answer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_CallerWhoLeaves_IsNoFailureAndTellsNothing(bool beforeTheQuery)
    {
        await using var host = await HostAsync(_connectionString);
        await using var watcher = Source(_connectionString);

        await host.CallAndLeaveAsync(async (context, leave) =>
        {
            var running = Task.CompletedTask;
            if (!beforeTheQuery)
            {
                running = RunAsync(DatabaseOf(host), "SELECT pg_sleep(60) AS planted_leaving", context.CancellationToken);
                await UntilRunningAsync(watcher, "planted_leaving");
            }

            leave();
            await EndOf(context);
            await running;
            await RunAsync(DatabaseOf(host), "SELECT 'planted-literal'", context.CancellationToken);
        });

        await host.AssertNothingToldAsync();
        Assert.Empty(host.Logs.Errors);
        Assert.DoesNotContain("could not reach", host.Logs.Text, StringComparison.Ordinal);
    }

    private Task<LeakHost> HostAsync(string connectionString) => LeakHost.StartAsync(
        builder => builder.AddPostgres("db"),
        [string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{postgres.Server.Port}")],
        ("ConnectionStrings:db", connectionString));

    /// <summary>Named, for meters are the whole process's.</summary>
    private static NpgsqlDataSource Source(string connectionString) => new NpgsqlDataSourceBuilder(connectionString) { Name = "test" }.Build();

    private static NpgsqlDataSource DatabaseOf(LeakHost host) => host.Services.GetRequiredService<NpgsqlDataSource>();

    private static (ErrorReason, Func<NpgsqlDataSource, CancellationToken, Task>) Statement(ErrorReason reason, string sql) =>
        (reason, (database, cancellationToken) => RunAsync(database, sql, cancellationToken));

    private static async Task RunAsync(NpgsqlDataSource database, string sql, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task TimeOutAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT pg_sleep(60) AS planted_sleep");
        command.CommandTimeout = 1;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task ReadNullAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT NULL::text AS planted_column");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        _ = reader.GetString(0);
    }

    private static async Task MeetLockAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var holder = await BeginAsync(database, "SELECT 1 FROM planted_table WHERE key = 'planted-a' FOR UPDATE", cancellationToken);
        await RunAsync(database, "SELECT 1 FROM planted_table WHERE key = 'planted-a' FOR UPDATE NOWAIT", cancellationToken);
    }

    private static async Task CollideAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var first = await BeginAsync(database, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM planted_table", cancellationToken);
        await RunAsync(database, "UPDATE planted_table SET number = number + 1 WHERE key = 'planted-a'", cancellationToken);
        await ExecuteAsync(first, "UPDATE planted_table SET number = number + 1 WHERE key = 'planted-a'", cancellationToken);
    }

    private static async Task DeadlockAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var first = await BeginAsync(database, "UPDATE planted_table SET number = 2 WHERE key = 'planted-a'", cancellationToken);
        await using var second = await BeginAsync(database, "UPDATE planted_table SET number = 3 WHERE key = 'planted-b'", cancellationToken);
        var waiting = ExecuteAsync(first, "UPDATE planted_table SET number = 2 WHERE key = 'planted-b'", cancellationToken);
        // The victim's transaction ends, so that the other one's statement does, too.
        await Task.WhenAll(waiting, ExecuteAsync(second, "UPDATE planted_table SET number = 3 WHERE key = 'planted-a'", cancellationToken));
    }

    private static async Task<NpgsqlConnection> BeginAsync(NpgsqlDataSource database, string sql, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, sql, cancellationToken);
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task UntilRunningAsync(NpgsqlDataSource database, string word)
    {
        await using var query = database.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%' || $1 || '%'");
        query.Parameters.Add(new() { Value = word });
        while (await query.ExecuteScalarAsync() is 0L)
        {
            await Task.Delay(10);
        }
    }

    private static Task EndOf(ServerCallContext context) =>
        Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
}
