using System.CommandLine;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Cli.Catalog;

/// <summary><c>moviesnow asset</c>.</summary>
internal static class AssetCommand
{
    public static Command Create(CatalogAccess access)
    {
        string[] columns = ["id", "kind", "language", "is_primary", "mime_type", "size_bytes", "properties.duration_ms", "storage_key"];
        var asset = new Resource<MediaAsset>(access, "asset", columns, async (clients, id, _, options) =>
            (await clients.Assets.GetAssetAsync(new GetAssetRequest { AssetId = id }, options)).Asset);
        var title = new FieldArgument("scope.title_id", "title", "Id of the title");
        return new Command("asset", "Media assets of titles, seasons and episodes.")
        {
            asset.List<ListAssetsRequest, ListAssetsResponse>(
                "list", "Lists the assets of exactly this title, season or episode.", clients => clients.Assets.ListAssetsAsync, title,
                [.. Scope(), FieldOption.Of<ListAssetsRequest>("kind", "Only assets of this kind")]),
            asset.Show(isPublic: false),
            asset.Create<RecordAssetRequest, RecordAssetResponse>(
                "Records an object that is in the bucket.", clients => clients.Assets.RecordAssetAsync, title, [.. Scope(), .. OfObject(), .. Fields(isNew: true)]),
            asset.Update<UpdateAssetRequest, UpdateAssetResponse>(clients => clients.Assets.UpdateAssetAsync, Fields(isNew: false)),
            asset.Delete<DeleteAssetRequest, DeleteAssetResponse>("Deletes the row of an asset.", clients => clients.Assets.DeleteAssetAsync),
        };
    }

    private static FieldOption[] Scope() =>
    [
        FieldOption.Of<MediaAsset>("scope.season_id", "Id of a season of the title; needed with an episode", "--season"),
        FieldOption.Of<MediaAsset>("scope.episode_id", "Id of an episode of the season", "--episode"),
    ];

    private static FieldOption[] OfObject() =>
    [
        FieldOption.Of<MediaAsset>("kind", "What it is", required: true),
        FieldOption.Of<MediaAsset>("storage_key", "Key in the bucket", required: true),
        FieldOption.Of<MediaAsset>("size_bytes", "Size in bytes"),
        FieldOption.Of<MediaAsset>("sha256", "SHA-256, 64 lower-case hexadecimal digits"),
    ];

    private static FieldOption[] Fields(bool isNew) =>
    [
        FieldOption.Of<MediaAsset>("mime_type", "Media type, such as video/mp4", required: isNew),
        FieldOption.Of<MediaAsset>("language", "Language (BCP 47)"),
        FieldOption.Of<MediaAsset>("is_primary", "The one that is shown"),
        FieldOption.Of<MediaAsset>("sort_order", "Order among its kind"),
        FieldOption.Of<MediaAsset>("properties.width", "Width in pixels"),
        FieldOption.Of<MediaAsset>("properties.height", "Height in pixels"),
        FieldOption.Of<MediaAsset>("properties.duration_ms", "Duration, such as 2h16m"),
        FieldOption.Of<MediaAsset>("properties.frame_rate", "Frames per second"),
        FieldOption.Of<MediaAsset>("properties.codecs", "Codecs as RFC 6381 writes them"),
    ];
}
