using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Testing;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Schema;

public sealed class MigrationTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Migrations_RunByThreeAtOnce_AreAppliedOnce()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());

        var applied = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Migrations.RunAsync(database)));

        Assert.Equal(1, applied.Count(count => count > 0));
        Assert.Equal(0, await Migrations.RunAsync(database));
    }
}
