using Google.Protobuf;
using MoviesNow.Catalog.V1;
using MoviesNow.Upload.V1;

namespace UploadTests.Support;

/// <summary>Good requests, to be spoilt by tests.</summary>
internal static class Requests
{
    public static CreateUploadRequest Artwork(string titleId, Content content) => new()
    {
        Target = new UploadTarget { Purpose = UploadPurpose.Artwork, TitleId = titleId },
        FileName = "poster.png",
        ContentType = "image/png",
        SizeBytes = content.Size,
        Sha256 = content.Sha256,
    };

    public static CreateUploadRequest Original(string titleId, Content content) => new()
    {
        Target = new UploadTarget { Purpose = UploadPurpose.Original, TitleId = titleId },
        FileName = "master.mp4",
        ContentType = "video/mp4",
        SizeBytes = content.Size,
        Sha256 = content.Sha256,
        Method = UploadMethod.Multipart,
    };

    public static CreateBundleRequest Season(string titleId, Content content, int season = 1) => new()
    {
        TitleId = titleId,
        Kind = BundleKind.Season,
        SeasonNumber = season,
        SizeBytes = content.Size,
        Sha256 = content.Sha256,
    };

    public static UploadSmallFileRequest SmallFile(string titleId, Content content) => new()
    {
        Header = new SmallFileHeader
        {
            Target = new UploadTarget { Purpose = UploadPurpose.Artwork, TitleId = titleId },
            FileName = "poster.png",
            ContentType = "image/png",
        },
        Data = ByteString.CopyFrom(content.Bytes),
    };

    public static FinalizeUploadRequest Finalize(Upload upload) => new() { UploadId = upload.Id };

    public static CompleteMultipartUploadRequest Complete(Upload upload) => new() { UploadId = upload.Id };
}
