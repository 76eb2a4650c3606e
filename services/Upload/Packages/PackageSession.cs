using MoviesNow.Storage;

namespace MoviesNow.Upload.Packages;

/// <summary>Where a package is in its life; the migration tells what each state means.</summary>
internal enum PackagePhase
{
    Pending,
    Recording,
    Completed,
    Superseded,
    Closing,
    Aborted,
    Expired,
}

/// <summary>One package, owned by the server.</summary>
internal sealed record PackageSession
{
    public required Guid Id { get; init; }

    /// <summary>Who created it: the token's subject.</summary>
    public required string Owner { get; init; }

    public required Guid TitleId { get; init; }

    /// <summary>The episode's season, with an episode only.</summary>
    public Guid? SeasonId { get; init; }

    public Guid? EpisodeId { get; init; }

    public required EncryptionMode Encryption { get; init; }

    public required PackagePhase Phase { get; init; }

    /// <summary>What a closing package becomes; null for others.</summary>
    public PackagePhase? CloseAs { get; init; }

    public required DateTimeOffset Deadline { get; init; }

    public int FileCount { get; init; }

    public long TotalBytes { get; init; }

    /// <summary>Until when URLs that were given out can write below the prefix; null when there was none.</summary>
    public DateTimeOffset? WritableUntil { get; init; }

    /// <summary>How often objects were removed to be sent again.</summary>
    public int Removals { get; init; }

    /// <summary>What the catalogue is told; while recording only.</summary>
    public byte[]? Publication { get; init; }

    /// <summary>Orders the packages of a film or episode; from recording on.</summary>
    public long? Revision { get; init; }

    /// <summary>The video asset that it was published with.</summary>
    public Guid? AssetId { get; init; }

    public Guid? SupersededBy { get; init; }

    /// <summary>When superseded: from when its objects may be removed.</summary>
    public DateTimeOffset? RemoveAfter { get; init; }

    /// <summary>When nothing was left below the prefix, and nothing could write there any more.</summary>
    public DateTimeOffset? ClearedAt { get; init; }

    /// <summary>The effect of the call that created it, if it had an idempotency key.</summary>
    public Guid? EffectId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What the keys of its objects begin with.</summary>
    public string Prefix => StorageLayout.HlsPackagePrefix(TitleId, EpisodeId, Id);

    /// <summary>The key of one of its files.</summary>
    public StorageKey KeyOf(string path) => StorageLayout.HlsPackageFile(TitleId, EpisodeId, Id, RelativePath.Parse(path));
}

/// <summary>A file that was declared.</summary>
/// <param name="Path">Below the prefix.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">Its digest, 32 bytes.</param>
/// <param name="CheckedETag">The ETag of the object that was read and had the digest.</param>
/// <param name="RejectedETag">The ETag of one that was read and had another.</param>
internal sealed record DeclaredFile(string Path, long Size, byte[] Sha256, string? CheckedETag = null, string? RejectedETag = null);
