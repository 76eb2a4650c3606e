namespace Grpc.Core;

/// <summary>Result of a gRPC call, as numbered by the gRPC protocol's list of status codes.</summary>
public enum StatusCode
{
    /// <summary>The call succeeded.</summary>
    OK = 0,

    /// <summary>The call was cancelled, usually by the caller.</summary>
    Cancelled = 1,

    /// <summary>An error that fits no other code, or a status from another space.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed first; a change of state may have happened all the same.</summary>
    DeadlineExceeded = 4,

    /// <summary>The thing asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>The thing to create is already there.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and is not allowed to do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, limit or space is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the call needs.</summary>
    FailedPrecondition = 9,

    /// <summary>The call lost a race, for example a transaction; the caller may start over.</summary>
    Aborted = 10,

    /// <summary>Past the valid range, for example beyond the end.</summary>
    OutOfRange = 11,

    /// <summary>The method does not exist or is not enabled here.</summary>
    Unimplemented = 12,

    /// <summary>Something that must never break is broken.</summary>
    Internal = 13,

    /// <summary>The service cannot be reached now; a retry with back-off may help.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or corrupt beyond repair.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
