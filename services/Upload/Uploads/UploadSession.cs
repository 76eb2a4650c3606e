using MoviesNow.Catalog.V1;
using MoviesNow.Storage;
using MoviesNow.Upload.Multipart;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Uploads;

/// <summary>Where a session is in its life; the migration tells what each state means.</summary>
internal enum SessionState
{
    Opening,
    Pending,
    Recording,
    Closing,
    Completed,
    Aborted,
    Expired,
}

/// <summary>What a closing session becomes.</summary>
internal enum CloseOutcome
{
    /// <summary>Its object is deleted, and it stays as a row.</summary>
    Aborted,

    /// <summary>Likewise.</summary>
    Expired,

    /// <summary>No URL was ever given out: an object at its key is somebody else's and stays, and the row goes.</summary>
    Discarded,
}

/// <summary>One upload, owned by the server: it binds owner, target, key, size, checksum, part plan, state and deadline.</summary>
internal sealed record UploadSession
{
    public required Guid Id { get; init; }

    /// <summary>Who created it: the token's subject.</summary>
    public required string Owner { get; init; }

    public required UploadPurpose Purpose { get; init; }

    public required Guid TitleId { get; init; }

    /// <summary>The episode's season, with an episode only.</summary>
    public Guid? SeasonId { get; init; }

    public Guid? EpisodeId { get; init; }

    /// <summary>With the purposes of bundles only.</summary>
    public Guid? BundleId { get; init; }

    /// <summary>What the catalogue records it as; unspecified for bundles.</summary>
    public AssetKind AssetKind { get; init; }

    public string Language { get; init; } = "";

    public required StorageKey Key { get; init; }

    /// <summary>As the caller gave it.</summary>
    public required string FileName { get; init; }

    /// <summary>Declared, in bytes.</summary>
    public required long Size { get; init; }

    public required string ContentType { get; init; }

    /// <summary>Declared.</summary>
    public required Sha256Digest Sha256 { get; init; }

    public required UploadMethod Method { get; init; }

    /// <summary>With multipart uploads only.</summary>
    public PartLayout? Parts { get; init; }

    public required EncryptionMode Encryption { get; init; }

    /// <summary>Storage's id of the multipart upload.</summary>
    public string? StorageUploadId { get; init; }

    public required SessionState State { get; init; }

    /// <summary>While closing only.</summary>
    public CloseOutcome? CloseAs { get; init; }

    /// <summary>While opening: until when its creator may be at work on it.</summary>
    public required DateTimeOffset LeaseUntil { get; init; }

    public required DateTimeOffset Deadline { get; init; }

    /// <summary>Of the object that was checked.</summary>
    public string? StorageETag { get; init; }

    /// <summary>The asset that was recorded.</summary>
    public Guid? AssetId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The effect of the call that created it, if it had an idempotency key.</summary>
    public Guid? EffectId { get; init; }

    /// <summary>How often sending was begun, from 1; 0 in rows from before objects carried a mark.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The attempt as callers see it.</summary>
    public int VisibleAttempt => Math.Max(Attempt, 1);

    /// <summary>Whether every part comes with its SHA-256.</summary>
    public bool PartChecksums { get; init; }

    /// <summary>What the last check found wrong.</summary>
    public SessionProblem? Problem { get; init; }

    /// <summary>Since closing began: until when any of its URLs may work.</summary>
    public DateTimeOffset? UrlsExpireAt { get; init; }

    /// <summary>When it was closed for the first time; it may be closing again to remove what was written since.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Whether it owns its key.</summary>
    public bool IsLive => State is SessionState.Opening or SessionState.Pending or SessionState.Recording or SessionState.Closing;

    public bool IsMultipart => Method is UploadMethod.Multipart;

    /// <summary>Whether a caller may have been told of it, whatever became of it since.</summary>
    public bool WasOpened => State is not SessionState.Opening && CloseAs is not CloseOutcome.Discarded;
}
