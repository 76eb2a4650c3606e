using Microsoft.Extensions.Options;
using MoviesNow.Storage;
using MoviesNow.Upload.Multipart;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Uploads;

/// <summary>Makes the sessions that are about to be opened.</summary>
internal sealed class UploadDrafts(IOptions<UploadOptions> options, TimeProvider time)
{
    /// <summary>A session that binds what was declared; the caller adds what else the target has.</summary>
    public UploadSession New(string owner, UploadPurpose purpose, Guid titleId, StorageKey key, string fileName, string contentType, Declaration declared)
    {
        var now = time.GetUtcNow();
        var settings = options.Value;
        var multipart = declared.Method is UploadMethod.Multipart;
        return new UploadSession
        {
            Id = Guid.CreateVersion7(now),
            Owner = owner,
            Purpose = purpose,
            TitleId = titleId,
            Key = key,
            FileName = fileName,
            Size = declared.Size,
            ContentType = contentType,
            Sha256 = Sha256Digest.TryParseHex(declared.Sha256, out var digest) ? digest : throw new ArgumentException("Not a SHA-256.", nameof(declared)),
            Method = declared.Method,
            Parts = multipart ? PartLayout.For(declared.Size, settings.PartSizeBytes) : null,
            Encryption = declared.Encryption,
            PartChecksums = declared.PartChecksums,
            State = SessionState.Opening,
            LeaseUntil = now + settings.OpeningLease,
            Deadline = now + (multipart ? settings.MultipartDeadline : settings.SinglePutDeadline),
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    /// <summary>
    /// The key of an upload that is not a bundle's. The same owner, target, file name and token give the same key, and no two others do: a
    /// repeated call finds its own upload, and a new version of a file never takes the place of the old one.
    /// </summary>
    /// <param name="purpose">ORIGINAL, ARTWORK or SUBTITLE.</param>
    /// <param name="titleId">The title.</param>
    /// <param name="episodeId">With ORIGINAL only.</param>
    /// <param name="fileName">As the caller gave it.</param>
    /// <param name="contentType">Its media type: a picture's key ends as its type does, for a CDN knows pictures by that.</param>
    /// <param name="owner">The caller.</param>
    /// <param name="token">The idempotency key, or the content's SHA-256 where there is none.</param>
    public static StorageKey KeyOf(UploadPurpose purpose, Guid titleId, Guid? episodeId, string fileName, string contentType, string owner, string token)
    {
        var ending = purpose is UploadPurpose.Artwork ? ContentTypes.MissingEnding(fileName, contentType) : "";
        var segment = FileNameSegment.Unique(fileName, owner, token, ending);
        return purpose switch
        {
            UploadPurpose.Original => StorageLayout.Original(titleId, episodeId, segment),
            UploadPurpose.Artwork => StorageLayout.Artwork(titleId, episodeId: null, RelativePath.Of(segment)),
            UploadPurpose.Subtitle => StorageLayout.Subtitle(titleId, episodeId: null, RelativePath.Of(segment)),
            _ => throw new ArgumentOutOfRangeException(nameof(purpose)),
        };
    }
}
