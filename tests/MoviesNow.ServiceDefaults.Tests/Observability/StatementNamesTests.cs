using System.Collections.Frozen;
using MoviesNow.ServiceDefaults.Observability;

namespace MoviesNow.ServiceDefaults.Tests.Observability;

public sealed class StatementNamesTests
{
    private static readonly StatementNames Names = new(FrozenSet.Create(StringComparer.Ordinal, "bundle", "title", "create_day_partitions"));

    [Theory]
    [InlineData("SELECT id FROM bundle WHERE id = $1", "SELECT bundle")]
    [InlineData("insert into title (id) values ($1)", "INSERT title")]
    [InlineData("WITH old AS (SELECT 1) UPDATE bundle SET state = $1", "SELECT bundle")]
    [InlineData("COPY bundle (id) FROM STDIN (FORMAT BINARY)", "COPY bundle")]
    [InlineData("SELECT create_day_partitions($1, $2)", "SELECT create_day_partitions")]
    [InlineData("SELECT secret FROM secrets WHERE word = 'secret'", "SELECT")]
    [InlineData("SELEC 'secret'", "postgresql")]
    [InlineData("", "postgresql")]
    public void Of_Statement_TellsNothingButVerbAndKnownTable(string sql, string name)
    {
        Assert.Equal(name, Names.Of(sql));
        Assert.Equal(name, Names.Of(sql));
        Assert.True(StatementNames.IsOurs(name));
    }

    [Fact]
    public void Of_Assembly_KnowsTheTablesOfItsMigrations() =>
        Assert.Equal("INSERT audit_entries", StatementNames.Of(typeof(StatementNamesTests).Assembly).Of("INSERT INTO audit_entries VALUES ($1)"));
}
