namespace MoviesNow.Storage;

/// <summary>
/// Storage refused an operation that it should not refuse: wrong credentials, no bucket, a setting that the server does not support.
/// Trying again does not help.
/// </summary>
/// <remarks>
/// The provider's exception is not kept as the inner one: its message and the URL in it name keys, buckets and access keys, and a logger would
/// print them. <see cref="Diagnosis"/> has what may be logged.
/// </remarks>
public class StorageException : Exception
{
    internal StorageException(StorageDiagnosis diagnosis)
        : this("Storage refused the operation.", diagnosis)
    {
    }

    private protected StorageException(string message, StorageDiagnosis diagnosis)
        : base(message) => Diagnosis = diagnosis;

    /// <summary>What went wrong, in words that name no key, bucket, address or credential.</summary>
    public StorageDiagnosis Diagnosis { get; }
}

/// <summary>Storage is unreachable, overloaded or too slow; trying later may help.</summary>
public sealed class StorageUnavailableException : StorageException
{
    internal StorageUnavailableException(StorageDiagnosis diagnosis)
        : base("Storage is unavailable.", diagnosis)
    {
    }
}

/// <summary>What is known about a failure and safe to log.</summary>
/// <param name="Operation">The operation, such as <c>head</c>.</param>
/// <param name="Reason">S3's error code, or a word of ours such as <c>Timeout</c>, <c>CircuitOpen</c> or <c>ConnectionRefused</c>.</param>
/// <param name="HttpStatus">The HTTP status; 0 without an answer.</param>
public sealed record StorageDiagnosis(string Operation, string Reason, int HttpStatus);
