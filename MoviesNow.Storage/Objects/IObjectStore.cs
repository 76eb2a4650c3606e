namespace MoviesNow.Storage;

/// <summary>Tells whether objects are there.</summary>
public interface IObjectHeads
{
    /// <summary>What storage knows about an object; null when there is none.</summary>
    /// <exception cref="StorageUnavailableException">Storage did not answer.</exception>
    /// <exception cref="StorageException">Storage refused.</exception>
    Task<StoredObject?> HeadAsync(StorageKey key, CancellationToken cancellationToken);
}

/// <summary>
/// The media bucket. What may be expected to happen comes back as a value; anything else is a <see cref="StorageException"/>, and a
/// <see cref="StorageUnavailableException"/> when trying later may help. Neither carries a word of the provider.
/// </summary>
/// <remarks>
/// Operations that may be repeated without harm are retried with jitter; put, create and complete are sent once, for their answer may have
/// been lost after they took effect: their caller asks storage what became of them. All are bounded in time and fail fast while storage is down.
/// </remarks>
public interface IObjectStore : IObjectHeads
{
    /// <summary>What the server behind this store can do.</summary>
    StorageCapabilities Capabilities { get; }

    /// <summary>Stores a small object that passes through the process, without overwriting: see <see cref="PutStatus.AlreadyExists"/>.</summary>
    /// <param name="key">The object.</param>
    /// <param name="content">Its bytes, from the current position. Read once, never buffered whole, not disposed.</param>
    /// <param name="length">How many bytes there are. With any other number nothing is stored.</param>
    /// <param name="sha256">Their digest, if known. With any other nothing is stored where storage has checksums.</param>
    /// <param name="headers">What to store with it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <remarks>Without <see cref="StorageCapabilities.ConditionalPut"/> the check is a HEAD before, and of two concurrent calls the later wins.</remarks>
    Task<PutOutcome> PutAsync(StorageKey key, Stream content, long length, Sha256Digest? sha256, ObjectHeaders headers, CancellationToken cancellationToken);

    /// <summary>Opens an object for reading. The stream is read from the network as it is consumed; dispose it.</summary>
    /// <param name="key">The object.</param>
    /// <param name="range">Which bytes; null for all. A range that begins at or after the end gives an empty stream.</param>
    /// <param name="ifETag">The ETag that the object must have; null for any.</param>
    /// <param name="cancellationToken">Cancels the opening; each read takes its own.</param>
    /// <returns>Null when there is no object, or none with that ETag.</returns>
    Task<Stream?> OpenReadAsync(StorageKey key, ByteRange? range, string? ifETag, CancellationToken cancellationToken);

    /// <summary>Deletes an object. Succeeds when there is none.</summary>
    Task DeleteAsync(StorageKey key, CancellationToken cancellationToken);

    /// <summary>Deletes an object if it still is the one with this ETag.</summary>
    /// <param name="key">The object.</param>
    /// <param name="ifETag">The ETag that it must have.</param>
    /// <param name="cancellationToken">Cancels the waiting; storage may delete nevertheless.</param>
    /// <returns>True when no object with that ETag is at the key any more, false when another object is there.</returns>
    /// <remarks>Without <see cref="StorageCapabilities.ConditionalDelete"/> the check is a HEAD before, which leaves a short race.</remarks>
    Task<bool> DeleteAsync(StorageKey key, string ifETag, CancellationToken cancellationToken);

    /// <summary>Begins a multipart upload and returns storage's id of it.</summary>
    Task<string> CreateMultipartAsync(StorageKey key, ObjectHeaders headers, CancellationToken cancellationToken);

    /// <summary>All parts that storage has, by number; null when there is no such upload.</summary>
    Task<IReadOnlyList<StoredPart>?> ListPartsAsync(StorageKey key, string uploadId, CancellationToken cancellationToken);

    /// <summary>Whether a multipart upload can still take parts: false once it was completed or aborted.</summary>
    Task<bool> IsMultipartPendingAsync(StorageKey key, string uploadId, CancellationToken cancellationToken);

    /// <summary>Puts an object together from its parts, without overwriting: see <see cref="CompleteStatus.AlreadyExists"/>.</summary>
    /// <param name="key">The object.</param>
    /// <param name="uploadId">The upload.</param>
    /// <param name="parts">The parts, in ascending order of their numbers; at least one.</param>
    /// <param name="cancellationToken">Cancels the waiting; storage may complete nevertheless.</param>
    /// <remarks>Without <see cref="StorageCapabilities.ConditionalComplete"/> the check is a HEAD before, and of two concurrent calls the later wins.</remarks>
    Task<CompleteOutcome> CompleteMultipartAsync(
        StorageKey key, string uploadId, IReadOnlyList<CompletedPart> parts, CancellationToken cancellationToken);

    /// <summary>Drops a multipart upload and its parts. Succeeds when there is no such upload.</summary>
    Task AbortMultipartAsync(StorageKey key, string uploadId, CancellationToken cancellationToken);

    /// <summary>The multipart uploads that are neither completed nor aborted, page by page as they are consumed.</summary>
    /// <param name="prefix">What their names begin with; empty for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    IAsyncEnumerable<PendingUpload> ListMultipartUploadsAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>The objects by name, page by page as they are consumed.</summary>
    /// <param name="prefix">What their names begin with; empty for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>The same from the first name behind another on, byte by byte.</summary>
    /// <param name="prefix">What their names begin with; empty for all.</param>
    /// <param name="after">The name; empty to begin with the first.</param>
    /// <param name="cancellationToken">Cancels.</param>
    IAsyncEnumerable<ListedObject> ListAsync(string prefix, string after, CancellationToken cancellationToken);
}

/// <summary>The bucket itself.</summary>
public interface IBucketAdministration
{
    /// <summary>Succeeds when the bucket answers and the credentials may use it. Sent once, without retries.</summary>
    Task ProbeAsync(CancellationToken cancellationToken);

    /// <summary>Creates the bucket when it is not there. For development; elsewhere the bucket is made with the infrastructure.</summary>
    Task EnsureBucketAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes storage itself abort multipart uploads that were begun long ago and, if asked, expire what lies below <c>bundles/</c>.
    /// Rules of other names are kept. Does nothing without <see cref="StorageCapabilities.Lifecycle"/>.
    /// </summary>
    /// <param name="abortIncompleteAfterDays">Days after which a pending multipart upload is aborted, at least 1.</param>
    /// <param name="expireBundlesAfterDays">Days after which an object below <c>bundles/</c> is deleted, at least 1; null for never.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether rules are installed.</returns>
    Task<bool> InstallLifecycleAsync(int abortIncompleteAfterDays, int? expireBundlesAfterDays, CancellationToken cancellationToken);
}
