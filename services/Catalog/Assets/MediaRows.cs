namespace MoviesNow.Catalog.Assets;

/// <summary>The rows of media, for those who delete what they belong to. Their objects stay in the bucket for the sweeper.</summary>
internal static class MediaRows
{
    /// <summary>Deletes the media whose asset has <c>$1</c> in a column of its scope, such as <c>season_id</c>.</summary>
    public static string[] DeletedBy(string column) => [$"DELETE FROM asset WHERE {column} = $1"];
}
