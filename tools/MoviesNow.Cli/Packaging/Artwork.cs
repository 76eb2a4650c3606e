using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Transfer;
using MoviesNow.Cli.Uploads;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Packaging;

/// <summary>Uploads pictures of a title. The same picture again is no second one.</summary>
internal sealed class Artwork(CatalogCall call, Ffmpeg ffmpeg, ObjectTransfer transfer, TextWriter notes, TimeProvider time)
{
    private const string FirstStill = "still-1.jpg";

    /// <summary>Uploads a picture, and records its size; the first of a kind is the one that is shown.</summary>
    /// <param name="titleId">The title.</param>
    /// <param name="file">A picture that the packager took.</param>
    public async Task UploadAsync(string titleId, string file)
    {
        var name = Path.GetFileName(file);
        var kind = name switch { Packager.Poster => AssetKind.Poster, Packager.Backdrop => AssetKind.Backdrop, _ => AssetKind.Still };
        var request = new CreateUploadRequest { Target = new UploadTarget { TitleId = titleId, Purpose = UploadPurpose.Artwork, AssetKind = kind } };
        var uploaded = await new FileUpload(call, transfer, notes, time).RunAsync(file, request, resume: true);
        var (width, height) = await ffmpeg.SizeAsync(file, call.CancellationToken);
        var ask = new GetAssetRequest { AssetId = uploaded.AssetId };
        var asset = (await call.Clients.Assets.GetAssetAsync(ask, cancellationToken: call.CancellationToken)).Asset;
        asset.Properties = new MediaProperties { Width = width, Height = height };
        asset.IsPrimary = kind is not AssetKind.Still || name is FirstStill;
        var update = new UpdateAssetRequest { Asset = asset, UpdateMask = new FieldMask { Paths = { "properties", "is_primary" } } };
        await call.Clients.Assets.UpdateAssetAsync(update, cancellationToken: call.CancellationToken);
    }
}
