using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Schema;

/// <summary>What the database itself refuses, whoever writes.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class ConstraintTests(CatalogFixture catalog)
{
    [Fact]
    public async Task Season_OfAMovie_IsRefused()
    {
        var movie = await catalog.One.TitleAsync(TitleKind.Movie);
        await RefusedAsync("season_title_fkey", $"""
            INSERT INTO season (id, title_id, number, name, created_at, updated_at) VALUES ('{Samples.NewId()}', '{movie.Id}', 1, '', now(), now())
            """);
        await RefusedAsync("season_title_kind_check", $"""
            INSERT INTO season (id, title_id, title_kind, number, name, created_at, updated_at)
            VALUES ('{Samples.NewId()}', '{movie.Id}', 'Movie', 1, '', now(), now())
            """);
    }

    [Fact]
    public async Task Series_WithSeasons_CannotBecomeAMovie()
    {
        var title = await catalog.One.TitleAsync();
        await catalog.One.SeasonAsync(title.Id);
        await RefusedAsync("season_title_fkey", $"UPDATE title SET kind = 'Movie' WHERE id = '{title.Id}'");
    }

    [Fact]
    public async Task Episode_OfASeasonOfAnotherSeries_IsRefused()
    {
        var season = await catalog.One.SeasonAsync((await catalog.One.TitleAsync()).Id);
        var other = await catalog.One.TitleAsync();
        await RefusedAsync("episode_season_fkey", $"""
            INSERT INTO episode (id, title_id, season_id, number, name, synopsis, duration_ms, created_at, updated_at)
            VALUES ('{Samples.NewId()}', '{other.Id}', '{season.Id}', 1, 'x', '', 0, now(), now())
            """);
    }

    [Fact]
    public async Task Bundle_InASecondLiveRowOfItsKey_IsRefused()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Published);
        var other = await catalog.One.BundleAsync(BundleState.Pending);
        await RefusedAsync("bundle_live_key", $"UPDATE bundle SET storage_key = '{bundle.StorageKey}' WHERE id = '{other.Id}'");
    }

    [Theory]
    [InlineData("bundle_state_check", "state = 'Lost'")]
    [InlineData("bundle_size_check", "size_bytes = 0")]
    [InlineData("bundle_sha256_check", "sha256 = 'x'")]
    [InlineData("bundle_expiry_check", "expires_at = created_at")]
    [InlineData("bundle_season_check", "season_number = NULL")]
    [InlineData("bundle_season_fkey", "season_number = 77")]
    [InlineData("bundle_series_check", "title_kind = 'Movie'")]
    public async Task Bundle_AgainstARule_IsRefused(string constraint, string change)
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Pending);
        await RefusedAsync(constraint, $"UPDATE bundle SET {change} WHERE id = '{bundle.Id}'");
    }

    private async Task RefusedAsync(string constraint, string sql)
    {
        await using var command = catalog.Database.CreateCommand(sql);
        var exception = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        Assert.Equal(constraint, exception.ConstraintName);
    }
}
