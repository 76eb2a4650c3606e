namespace MoviesNow.Catalog.Assets;

/// <summary>The rows of media, for those who delete what they belong to. Their objects stay in the bucket for the sweeper.</summary>
internal static class MediaRows
{
    /// <summary>Deletes the media whose asset has <c>$1</c> in a column of its scope, such as <c>season_id</c>.</summary>
    public static string[] DeletedBy(string column) =>
    [
        // Waits for variants that are being created, so that the next statement sees them.
        $"SELECT 1 FROM asset WHERE {column} = $1 FOR UPDATE",
        $"DELETE FROM stream_variant USING asset WHERE stream_variant.asset_id = asset.id AND asset.{column} = $1",
        $"DELETE FROM asset WHERE {column} = $1",
    ];
}
