using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.Tests.Playback;
using MoviesNow.Catalog.V1;
using MoviesNow.Testing.Hosting;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Packages;

/// <summary>GetPlayback takes several statements, and answers one moment.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class PlaybackSnapshotTests(CatalogFixture catalog)
{
    [Fact]
    public async Task GetPlayback_WhileItsRowsChange_AnswersThoseOfItsFirstStatement()
    {
        var title = await PlayableTitle.MovieAsync(catalog.One);
        var asset = await title.AssetAsync(AssetKind.Video);
        await title.LadderAsync(asset);
        await using var connection = await catalog.Database.OpenConnectionAsync();
        await using var change = await connection.BeginTransactionAsync();
        await RunAsync(connection, "LOCK TABLE stream_variant IN ACCESS EXCLUSIVE MODE");

        var reading = new PlaybackService.PlaybackServiceClient(catalog.One.Service.Invoker).GetPlaybackAsync(title.Request()).ResponseAsync;
        await Eventually.HoldsAsync(async () => (long)(await RunAsync(
            connection, "SELECT count(*) FROM pg_locks WHERE relation = 'stream_variant'::regclass AND NOT granted"))! > 0);
        await RunAsync(connection, $"DELETE FROM stream_variant WHERE asset_id = '{asset.Id}'");
        await change.CommitAsync();

        Assert.Equal(3, (await reading).Variants.Count);
    }

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
