using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Packages;

/// <summary>What a package's state allows.</summary>
internal static class PackageRules
{
    /// <summary>The state that callers see: a package is pending until nothing of its end is left to do.</summary>
    public static PackageState Visible(PackagePhase phase) => phase switch
    {
        PackagePhase.Completed => PackageState.Completed,
        PackagePhase.Superseded => PackageState.Superseded,
        PackagePhase.Aborted => PackageState.Aborted,
        PackagePhase.Expired => PackageState.Expired,
        _ => PackageState.Pending,
    };

    /// <summary>The phases behind the state that callers see; all of them behind none.</summary>
    public static IEnumerable<PackagePhase> Behind(PackageState state) =>
        Enum.GetValues<PackagePhase>().Where(phase => state is PackageState.Unspecified || Visible(phase) == state);

    /// <summary>Passes while files can be declared, sent and checked.</summary>
    /// <exception cref="RpcException">FAILED_PRECONDITION <c>INVALID_STATE</c> or <c>UPLOAD_EXPIRED</c>.</exception>
    public static void RequirePending(PackageSession package, DateTimeOffset now)
    {
        if (package.Phase is not PackagePhase.Pending || package.Deadline <= now)
        {
            throw Refused(package);
        }
    }

    /// <summary>The error for a state that does not allow the change; its metadata has the state.</summary>
    public static RpcException Refused(PackageSession package)
    {
        var name = NameOf(package);
        return package.Phase is PackagePhase.Pending or PackagePhase.Expired || package.CloseAs is PackagePhase.Expired
            ? RpcErrors.Of(ErrorReason.UploadExpired, retryAfter: null, ("state", name))
            : RpcErrors.Of(ErrorReason.InvalidState, retryAfter: null, ("state", name), (RpcErrors.Detail, $"it is {name}"));
    }

    // Closing is not over yet, and yet what the caller must know is how it will be.
    private static string NameOf(PackageSession package) => package.CloseAs is { } outcome
        ? outcome.ToString().ToUpperInvariant()
        : Visible(package.Phase).ToString().ToUpperInvariant();
}
