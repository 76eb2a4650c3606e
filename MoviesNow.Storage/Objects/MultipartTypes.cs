namespace MoviesNow.Storage;

/// <summary>A part that storage has.</summary>
/// <param name="Number">From 1 to 10,000.</param>
/// <param name="Size">In bytes.</param>
/// <param name="ETag">Without its quotes.</param>
/// <param name="Sha256">The part's digest if storage verified and kept it.</param>
public sealed record StoredPart(int Number, long Size, string ETag, Sha256Digest? Sha256);

/// <summary>A part that an object is to be put together from.</summary>
/// <param name="Number">From 1 to 10,000.</param>
/// <param name="ETag">What storage answered to the part's upload, with or without quotes.</param>
/// <param name="Sha256">The part's digest, where it was uploaded with one.</param>
public sealed record CompletedPart(int Number, string ETag, Sha256Digest? Sha256 = null);

/// <summary>A multipart upload that is neither completed nor aborted.</summary>
/// <param name="Key">The object; null when its name is none that <see cref="StorageKey"/> allows.</param>
/// <param name="RawKey">The name as storage has it. For reports only.</param>
/// <param name="UploadId">Storage's id of the upload.</param>
/// <param name="Initiated">UTC.</param>
public sealed record PendingUpload(StorageKey? Key, string RawKey, string UploadId, DateTimeOffset Initiated);

/// <summary>How storing an object ended.</summary>
public enum PutStatus
{
    /// <summary>The object is stored.</summary>
    Stored,

    /// <summary>There is an object at the key already; it was left alone.</summary>
    AlreadyExists,

    /// <summary>The bytes do not have the digest or length that was declared; nothing was stored.</summary>
    ContentMismatch,
}

/// <summary>How storing an object ended.</summary>
/// <param name="Status">Stored or not, and why.</param>
/// <param name="ETag">Without its quotes, when stored.</param>
public sealed record PutOutcome(PutStatus Status, string? ETag = null);

/// <summary>How completing a multipart upload ended.</summary>
public enum CompleteStatus
{
    /// <summary>The object is there. Some servers say so again when the same upload is completed again.</summary>
    Completed,

    /// <summary>There is an object at the key already; it was left alone, and the upload is still pending.</summary>
    AlreadyExists,

    /// <summary>Storage knows no such upload: it was completed or aborted. Which one, HEAD tells.</summary>
    NoSuchUpload,

    /// <summary>A part is missing or has another ETag, or the order is wrong.</summary>
    InvalidPart,

    /// <summary>A part other than the last is under 5 MiB.</summary>
    PartTooSmall,

    /// <summary>Another call is completing or writing the same key; trying again soon tells the outcome.</summary>
    Conflict,
}

/// <summary>How completing a multipart upload ended.</summary>
/// <param name="Status">Completed or not, and why.</param>
/// <param name="ETag">Without its quotes; null unless completed, and with servers that do not say it.</param>
public sealed record CompleteOutcome(CompleteStatus Status, string? ETag = null);
