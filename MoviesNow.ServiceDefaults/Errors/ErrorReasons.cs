using System.Collections.Frozen;
using Grpc.Core;
using MoviesNow.Common.V1;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>The canonical code and the neutral message of every <see cref="ErrorReason"/>, as the contract documents them.</summary>
public static class ErrorReasons
{
    private const string NamePrefix = "ERROR_REASON_";

    // What gRPC says of a request whose body ended within its message, or before it.
    private const string IncompleteMessage = "Incomplete message.";

    private static readonly FrozenDictionary<ErrorReason, (StatusCode Code, string Message)> Table =
        new Dictionary<ErrorReason, (StatusCode, string)>
        {
            [ErrorReason.InvalidFields] = (StatusCode.InvalidArgument, "The request has invalid fields."),
            [ErrorReason.InvalidPageToken] = (StatusCode.InvalidArgument, "The page token is malformed or belongs to another request."),
            [ErrorReason.IdempotencyKeyReused] = (StatusCode.InvalidArgument, "The idempotency key was used with a different request."),
            [ErrorReason.IdempotencyInProgress] = (StatusCode.Aborted, "The first call with this idempotency key is still running."),
            [ErrorReason.IdempotencyAnswerNotKept] = (StatusCode.FailedPrecondition, "The first call succeeded; its answer was too large to be kept."),
            [ErrorReason.Unauthenticated] = (StatusCode.Unauthenticated, "A valid token is required."),
            [ErrorReason.ApiKeyRequired] = (StatusCode.Unauthenticated, "A valid API key is required."),
            [ErrorReason.AdminRequired] = (StatusCode.PermissionDenied, "The role admin is required."),
            [ErrorReason.MfaRequired] = (StatusCode.PermissionDenied, "A token obtained with a second factor is required."),
            [ErrorReason.ServiceRequired] = (StatusCode.PermissionDenied, "The role service is required."),
            [ErrorReason.MethodNotAllowed] = (StatusCode.PermissionDenied, "The method may not be called."),
            [ErrorReason.RateLimited] = (StatusCode.ResourceExhausted, "Too many calls."),
            [ErrorReason.QuotaExceeded] = (StatusCode.ResourceExhausted, "The quota of the day is used up."),
            [ErrorReason.Overloaded] = (StatusCode.ResourceExhausted, "The service takes no more work for now."),
            [ErrorReason.ProxyTooLarge] = (StatusCode.ResourceExhausted, "The file is larger than 10 MiB."),
            [ErrorReason.MessageTooLarge] = (StatusCode.ResourceExhausted, "A message is larger than the method takes."),
            [ErrorReason.DependencyUnavailable] = (StatusCode.Unavailable, "Something the service depends on does not answer."),
            [ErrorReason.ConflictRetry] = (StatusCode.Aborted, "Concurrent changes collided."),
            [ErrorReason.Cancelled] = (StatusCode.Cancelled, "The call was cancelled."),
            [ErrorReason.DeadlineExceeded] = (StatusCode.DeadlineExceeded, "The deadline passed."),
            [ErrorReason.Internal] = (StatusCode.Internal, "An internal error occurred."),
            [ErrorReason.RequestIncomplete] = (StatusCode.Unavailable, "The request did not arrive whole."),
            [ErrorReason.Unimplemented] = (StatusCode.Unimplemented, "The method is not implemented."),
            [ErrorReason.EtagMismatch] = (StatusCode.Aborted, "The etag is not that of the current version."),
            [ErrorReason.TitleNotFound] = (StatusCode.NotFound, "No such title."),
            [ErrorReason.SeasonNotFound] = (StatusCode.NotFound, "No such season."),
            [ErrorReason.EpisodeNotFound] = (StatusCode.NotFound, "No such episode."),
            [ErrorReason.AssetNotFound] = (StatusCode.NotFound, "No such media asset."),
            [ErrorReason.VariantNotFound] = (StatusCode.NotFound, "No such stream variant."),
            [ErrorReason.BundleNotFound] = (StatusCode.NotFound, "No such bundle."),
            [ErrorReason.UploadNotFound] = (StatusCode.NotFound, "No such upload."),
            [ErrorReason.SessionNotFound] = (StatusCode.NotFound, "No such playback session."),
            [ErrorReason.ObjectNotFound] = (StatusCode.NotFound, "The object is not in the bucket."),
            [ErrorReason.ImportNotFound] = (StatusCode.NotFound, "No such import."),
            [ErrorReason.ImportInProgress] = (StatusCode.Aborted, "Another call is sending this import."),
            [ErrorReason.ImportMismatch] = (StatusCode.FailedPrecondition, "The file does not continue this import."),
            [ErrorReason.SeasonExists] = (StatusCode.AlreadyExists, "The series has a season of this number."),
            [ErrorReason.EpisodeExists] = (StatusCode.AlreadyExists, "The season has an episode of this number."),
            [ErrorReason.AssetExists] = (StatusCode.AlreadyExists, "An asset with this storage key is recorded."),
            [ErrorReason.VariantExists] = (StatusCode.AlreadyExists, "A variant that must be unique is there."),
            [ErrorReason.BundleExists] = (StatusCode.AlreadyExists, "A bundle for this target exists."),
            [ErrorReason.ObjectExists] = (StatusCode.AlreadyExists, "An object is at the key."),
            [ErrorReason.UploadExists] = (StatusCode.AlreadyExists, "An upload for this key is under way."),
            [ErrorReason.PrimaryAssetExists] = (StatusCode.AlreadyExists, "The scope has a primary asset of this kind and language."),
            [ErrorReason.ExternalIdExists] = (StatusCode.AlreadyExists, "Another title or episode has the external id."),
            [ErrorReason.NotASeries] = (StatusCode.FailedPrecondition, "The title is not a series."),
            [ErrorReason.InvalidState] = (StatusCode.FailedPrecondition, "The state does not allow the change."),
            [ErrorReason.ObjectMissing] = (StatusCode.FailedPrecondition, "The object is not in the bucket yet."),
            [ErrorReason.SizeMismatch] = (StatusCode.FailedPrecondition, "The object's size is not the declared one."),
            [ErrorReason.HeadersMismatch] = (StatusCode.FailedPrecondition, "The object's headers are not those that were signed."),
            [ErrorReason.ChecksumMismatch] = (StatusCode.FailedPrecondition, "The object's SHA-256 is not the declared one."),
            [ErrorReason.ZipUnreadable] = (StatusCode.FailedPrecondition, "The object is not a readable ZIP file."),
            [ErrorReason.PartsIncomplete] = (StatusCode.FailedPrecondition, "Parts are missing or differ from those named."),
            [ErrorReason.UploadExpired] = (StatusCode.FailedPrecondition, "The upload passed its deadline."),
            [ErrorReason.InUse] = (StatusCode.FailedPrecondition, "Something still refers to it."),
            [ErrorReason.ManifestInvalid] = (StatusCode.FailedPrecondition, "The manifest does not fit its schema or the ZIP."),
            [ErrorReason.MediaInvalid] = (StatusCode.FailedPrecondition, "The media has errors."),
            [ErrorReason.StorageNotConfigured] = (StatusCode.FailedPrecondition, "The service has no access to the bucket."),
            [ErrorReason.KeyNotAllowed] = (StatusCode.PermissionDenied, "The key may not be downloaded."),
            [ErrorReason.NotAvailable] = (StatusCode.PermissionDenied, "The title is not available here or now."),
            [ErrorReason.TokenRequired] = (StatusCode.PermissionDenied, "A one-time token is required."),
            [ErrorReason.TokenInvalid] = (StatusCode.PermissionDenied, "The token is spent, expired, revoked or unknown."),
            [ErrorReason.TokenKeyMismatch] = (StatusCode.PermissionDenied, "The token was minted for another key."),
            [ErrorReason.SessionTokenInvalid] = (StatusCode.PermissionDenied, "The session token is not that of the session."),
            [ErrorReason.ObjectChanged] = (StatusCode.FailedPrecondition, "The object is not the one that was verified."),
            [ErrorReason.SessionEnded] = (StatusCode.FailedPrecondition, "The playback session has ended."),
            [ErrorReason.PlaybackProtectionNotConfigured] = (StatusCode.FailedPrecondition, "Protected playback is not configured."),
            [ErrorReason.RenewalTokenInvalid] = (StatusCode.PermissionDenied, "The renewal token is altered or expired, or its session is too old."),
            [ErrorReason.PackageNotFound] = (StatusCode.NotFound, "No such package."),
            [ErrorReason.PackageFileExists] = (StatusCode.AlreadyExists, "The package has another file of the path."),
            [ErrorReason.PackageFull] = (StatusCode.FailedPrecondition, "The package would have more than 20,000 files."),
            [ErrorReason.PackageIncomplete] = (StatusCode.FailedPrecondition, "The objects of the package are not the declared files."),
            [ErrorReason.PackageSuperseded] = (StatusCode.FailedPrecondition, "A later package took its place."),
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<ErrorReason, string> Names = ErrorReasonReflection.Descriptor.EnumTypes[0].Values
        .ToFrozenDictionary(value => (ErrorReason)value.Number, value => value.Name[NamePrefix.Length..]);

    /// <summary>The reason as google.rpc.ErrorInfo carries it, such as <c>BUNDLE_EXISTS</c>.</summary>
    public static string NameOf(ErrorReason reason) => Names[reason];

    /// <summary>The canonical code that goes with the reason.</summary>
    public static StatusCode CodeOf(ErrorReason reason) => Table[reason].Code;

    /// <summary>What the reason means, without a word about this call.</summary>
    public static string MessageOf(ErrorReason reason) => Table[reason].Message;

    /// <summary>The reason for a status that gRPC itself raised, which carries none.</summary>
    /// <param name="code">The status.</param>
    /// <param name="message">gRPC's words, which tell apart what has the same code.</param>
    internal static ErrorReason ReasonOf(StatusCode code, string? message) => code switch
    {
        StatusCode.Internal when message is IncompleteMessage => ErrorReason.RequestIncomplete,
        StatusCode.Unimplemented => ErrorReason.Unimplemented,
        StatusCode.Cancelled => ErrorReason.Cancelled,
        StatusCode.DeadlineExceeded => ErrorReason.DeadlineExceeded,
        StatusCode.Unavailable => ErrorReason.DependencyUnavailable,
        StatusCode.ResourceExhausted => ErrorReason.MessageTooLarge,
        _ => ErrorReason.Internal,
    };
}
