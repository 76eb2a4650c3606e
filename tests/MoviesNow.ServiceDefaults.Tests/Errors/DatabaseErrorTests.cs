using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.Testing;
using Npgsql;

namespace MoviesNow.ServiceDefaults.Tests.Errors;

/// <summary>What a real database tells of a statement that fails stays between it and the service.</summary>
public sealed class DatabaseErrorTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string OwnersKey = "originals/of-another-owner/master.mov";

    [Theory]
    [InlineData("INSERT INTO hidden_table VALUES ($1), ($1)")]
    [InlineData("SELECT hidden_column FROM hidden_table WHERE key = $1")]
    [InlineData("SELECT $1::uuid /* hidden_comment */")]
    public async Task Unary_StatementThatFails_LeaksNeitherSqlNorValues(string sql)
    {
        var script = new Script();
        await using var host = await TestHost.StartAsync(
            ScriptedServices.Map,
            builder =>
            {
                ScriptedServices.With(script)(builder);
                builder.AddPostgres("db");
            },
            ("ConnectionStrings:db", await postgres.CreateDatabaseAsync()));
        var database = (NpgsqlDataSource)host.Services.GetService(typeof(NpgsqlDataSource))!;
        await using (var create = database.CreateCommand("CREATE TABLE hidden_table (key text PRIMARY KEY)"))
        {
            await create.ExecuteNonQueryAsync();
        }

        script.GetTitle = async context =>
        {
            await using var command = database.CreateCommand(sql);
            command.Parameters.Add(new() { Value = OwnersKey });
            await command.ExecuteNonQueryAsync(context.CancellationToken);
            return new GetTitleResponse();
        };
        var answer = await host.PostAsync("/moviesnow.catalog.v1.TitleService/GetTitle");
        await host.StopAsync();

        Assert.Equal("INTERNAL", answer.Reason);
        var told = $"{answer.Everything}\n{answer.Details}\n{host.Logs.Text}";
        Assert.DoesNotContain("hidden_", told, StringComparison.Ordinal);
        Assert.DoesNotContain("another-owner", told, StringComparison.Ordinal);
        Assert.NotEmpty(host.Spans.All);
        Assert.DoesNotContain("another-owner", host.Spans.Text, StringComparison.Ordinal);
    }

    /// <summary>As it does while its disk is full or it is kept for its administrators; another code than that of an outage, and none the less one.</summary>
    [Fact]
    public async Task ReasonFor_ServerThatEndsASessionAsItBegins_IsAnOutage()
    {
        var connection = await postgres.CreateDatabaseAsync();
        await using var server = NpgsqlDataSource.Create(connection);
        await using (var close = server.CreateCommand("CREATE DATABASE closed ALLOW_CONNECTIONS false"))
        {
            await close.ExecuteNonQueryAsync();
        }

        await using var closed = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { Database = "closed" }.ConnectionString);
        var refused = await Assert.ThrowsAsync<PostgresException>(async () => await closed.OpenConnectionAsync());

        Assert.Equal(PostgresErrorCodes.ObjectNotInPrerequisiteState, refused.SqlState);
        Assert.Equal(ErrorReason.DependencyUnavailable, new ErrorMapping().ReasonFor(refused, callerGaveUp: false, deadlinePassed: false));
    }
}
