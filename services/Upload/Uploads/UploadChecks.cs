using System.Globalization;
using Microsoft.Extensions.Options;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;
using MoviesNow.Upload.Multipart;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Uploads;

/// <summary>What is declared of an object before its bytes.</summary>
internal sealed record Declaration(long Size, string Sha256, UploadMethod Method, EncryptionMode Encryption, bool PartChecksums);

/// <summary>The rules that all uploads share, with the fields as the requests name them.</summary>
internal sealed class UploadChecks(IOptions<StorageOptions> storage, UploadHeaders headers)
{
    private const int MaxFileName = 255;
    private const long MaxSinglePut = 5L << 30;

    // One request is simpler, until losing it costs too much.
    private const long SinglePutUpTo = 64L << 20;

    private static readonly Dictionary<UploadPurpose, AssetKind[]> Kinds = new()
    {
        // The first is what an unstated kind means.
        [UploadPurpose.Original] = [AssetKind.Original],
        [UploadPurpose.Artwork] =
            [AssetKind.Poster, AssetKind.Backdrop, AssetKind.Still, AssetKind.Thumbnail, AssetKind.Banner, AssetKind.Logo],
        [UploadPurpose.Subtitle] = [AssetKind.Subtitle, AssetKind.Caption],
    };

    private long MaxObject => Math.Min(storage.Value.MaxObjectBytes, PartLayout.MaxPartSize * PartLayout.MaxParts);

    /// <summary>The size, checksum, method and encryption that a request declares.</summary>
    public Declaration Declared(
        RequestCheck check, long size, string sha256, UploadMethod method, ServerSideEncryption encryption, bool partChecksums = false)
    {
        check.Require(method is UploadMethod.Unspecified or UploadMethod.SinglePut or UploadMethod.Multipart, "method", "must be SINGLE_PUT or MULTIPART");
        var decided = method is not UploadMethod.Unspecified ? method
            : size <= SinglePutUpTo ? UploadMethod.SinglePut
            : UploadMethod.Multipart;
        check.Range("size_bytes", size, 1, decided is UploadMethod.SinglePut ? Math.Min(MaxSinglePut, MaxObject) : MaxObject);
        check.Sha256("sha256", sha256);
        check.Require(!partChecksums || decided is UploadMethod.Multipart, "part_checksums", "is for MULTIPART only");
        check.KnownOrUnspecified("encryption", encryption);
        var resolved = headers.Resolve(encryption);
        check.Require(resolved is not null, "encryption", "is not supported by the storage");
        return new Declaration(size, sha256, decided, resolved ?? EncryptionMode.None, partChecksums);
    }

    /// <summary>The size of a ZIP: what is larger than all that one may unpack to would only be refused after it was sent.</summary>
    public void ZipSize(RequestCheck check, long size)
    {
        var limit = storage.Value.Zip.MaxUnpackedBytes;
        check.Require(size <= limit, "size_bytes", string.Create(CultureInfo.InvariantCulture, $"must be at most {limit:N0}, which is all that a ZIP may unpack to"));
    }

    /// <summary>The file name in the form that is stored: macOS sends decomposed names, and others composed ones.</summary>
    public static string FileName(RequestCheck check, string field, string value) => check.Text(field, value, MaxFileName, required: true);

    /// <summary>The target of an upload that is not a bundle's: ids are checked, the language is put into its canonical form, and the asset's kind is decided.</summary>
    public static (Guid TitleId, Guid? EpisodeId, AssetKind Kind) Target(RequestCheck check, UploadTarget target)
    {
        var known = Kinds.TryGetValue(target.Purpose, out var kinds);
        check.Require(known, "target.purpose", "must be ORIGINAL, ARTWORK or SUBTITLE");
        var titleId = check.Id("target.title_id", target.TitleId);
        var episodeId = check.OptionalId("target.episode_id", target.EpisodeId);
        check.Require(episodeId is null || target.Purpose is UploadPurpose.Original, "target.episode_id", "is for the purpose ORIGINAL only");
        check.Require(target.BundleId.Length == 0, "target.bundle_id", "is for bundles only, which have a service of their own");
        target.Language = check.Language("target.language", target.Language);
        check.Require(target.Language.Length > 0 || target.Purpose is not UploadPurpose.Subtitle, "target.language", "is required");
        var kind = target.AssetKind is AssetKind.Unspecified && known ? kinds![0] : target.AssetKind;
        check.Require(!known || kinds!.Contains(kind), "target.asset_kind", "does not suit the purpose");
        return (titleId, episodeId, kind);
    }

    /// <summary>The media type of an upload, in its canonical spelling.</summary>
    public static string ContentType(RequestCheck check, UploadPurpose purpose, string value)
    {
        var types = ContentTypes.For(purpose).ToList();
        var canonical = ContentTypes.Canonical(purpose, value);
        check.Require(
            types.Count == 0 || canonical is not null,
            "content_type",
            $"must be one of {string.Join(", ", types)}, with no parameter but charset=utf-8 of a subtitle or codecs of an original");
        return canonical ?? value;
    }
}
