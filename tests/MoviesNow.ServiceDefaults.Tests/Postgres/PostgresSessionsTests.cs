using Microsoft.Extensions.Configuration;
using MoviesNow.ServiceDefaults.Postgres;
using Npgsql;

namespace MoviesNow.ServiceDefaults.Tests.Postgres;

public sealed class PostgresSessionsTests
{
    private const string Limits = "-c statement_timeout=15000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=120000";

    [Theory]
    [InlineData("Host=a", null)]
    // The driver would refuse to choose from one.
    [InlineData("Host=a;Target Session Attributes=primary", null)]
    [InlineData("Host=a,b", "primary")]
    [InlineData("Host=a:1,b:2;Target Session Attributes=read-write", "read-write")]
    public void ForCalls_Hosts_AreAskedForTheOneThatTakesWrites(string connectionString, string? expected) =>
        Assert.Equal(expected, Calls(connectionString, new()).TargetSessionAttributes);

    [Theory]
    [InlineData("Host=a", Limits)]
    // What the connection string says comes last, and counts.
    [InlineData("Host=a;Options=-c lock_timeout=1", $"{Limits} -c lock_timeout=1")]
    public void ForCalls_Limits_AreTheSessions(string connectionString, string expected) => Assert.Equal(expected, Calls(connectionString, new()).Options);

    [Fact]
    public void ForCalls_TransactionPooler_AsksForNothingThatOutlivesATransaction()
    {
        var connection = Calls("Host=a;Max Auto Prepare=20", new() { Pooler = PostgresPooler.Transaction });

        Assert.Equal((null, true, 0), (connection.Options, connection.NoResetOnClose, connection.MaxAutoPrepare));
    }

    [Theory]
    [InlineData(PostgresPooler.None, null, true)]
    [InlineData(PostgresPooler.None, false, false)]
    [InlineData(PostgresPooler.Transaction, null, false)]
    [InlineData(PostgresPooler.Transaction, true, true)]
    public void MayPrepare_ByPooler_UnlessTold(PostgresPooler pooler, bool? told, bool expected) =>
        Assert.Equal(expected, new PostgresOptions { Pooler = pooler, PreparedStatements = told }.MayPrepare);

    [Theory]
    // 90 of the server's for this service; a rolling update has four replicas: 22 each, 8 of which are direct.
    [InlineData(90, 4, 8, 14)]
    [InlineData(40, 4, 8, 2)]
    [InlineData(10_000, 4, 8, 100)]
    [InlineData(0, 4, 8, 33)]
    public void ForCalls_Pool_FollowsFromWhatTheServerHas(int connections, int replicas, int direct, int expected) => Assert.Equal(
        expected, Calls("Host=a;Maximum Pool Size=33", new() { Connections = connections, MaxReplicas = replicas, DirectConnections = direct }).MaxPoolSize);

    [Fact]
    public void ForLongWork_Limits_AreLongerAndThePoolIsSmall()
    {
        var connection = new NpgsqlConnectionStringBuilder("Host=a");

        PostgresSessions.ForLongWork(connection, new());

        Assert.Equal("-c statement_timeout=1800000 -c lock_timeout=30000 -c idle_in_transaction_session_timeout=120000", connection.Options);
        Assert.Equal(8, connection.MaxPoolSize);
    }

    [Theory]
    [InlineData("Connections", "39")]
    [InlineData("Connections", "-1")]
    [InlineData("MaxReplicas", "0")]
    [InlineData("DirectConnections", "0")]
    [InlineData("StatementTimeout", "02:00:00")]
    [InlineData("LockTimeout", "00:00:00")]
    [InlineData("LockTimeout", "00:00:16")]
    [InlineData("IdleInTransactionTimeout", "02:00:00")]
    [InlineData("LongLockTimeout", "01:00:00")]
    public void Validate_ValueThatCannotBe_NamesItsKey(string key, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create($"Postgres:{key}", (string?)value)]).Build();

        var result = new PostgresOptionsValidator().Validate(name: null, PostgresExtensions.OptionsOf(configuration));

        Assert.StartsWith($"Postgres:{key} must be ", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_Defaults_AreFine() => Assert.True(new PostgresOptionsValidator().Validate(name: null, new()).Succeeded);

    [Theory]
    [InlineData(PostgresPooler.None, null, "Host=a")]
    [InlineData(PostgresPooler.None, "Host=b", "Host=b")]
    [InlineData(PostgresPooler.Transaction, "Host=b", "Host=b")]
    public void DirectConnectionString_IsTheWayPastThePooler(PostgresPooler pooler, string? direct, string expected)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:db", (string?)"Host=a"), KeyValuePair.Create("ConnectionStrings:db_direct", direct)])
            .Build();

        Assert.Equal(expected, PostgresSessions.DirectConnectionString(configuration, "db", new() { Pooler = pooler }));
    }

    [Fact]
    public void DirectConnectionString_PoolerWithoutAWayPast_NamesTheSetting()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:db", (string?)"Host=a")]).Build();

        var failure = Assert.Throws<InvalidOperationException>(
            () => PostgresSessions.DirectConnectionString(configuration, "db", new() { Pooler = PostgresPooler.Transaction }));

        Assert.Contains("ConnectionStrings:db_direct", failure.Message, StringComparison.Ordinal);
    }

    private static NpgsqlConnectionStringBuilder Calls(string connectionString, PostgresOptions options)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        PostgresSessions.ForCalls(connection, options);
        return connection;
    }
}
