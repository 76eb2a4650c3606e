using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Upload.Uploads;

/// <summary>What a check found wrong with what was sent.</summary>
/// <param name="Reason">Name of the error reason.</param>
/// <param name="Detail">The same in words.</param>
/// <param name="FoundAt">UTC.</param>
internal sealed record SessionProblem(string Reason, string Detail, DateTimeOffset FoundAt)
{
    /// <summary>The problem of an error reason.</summary>
    public static SessionProblem Of(ErrorReason reason, string detail, DateTimeOffset foundAt) => new(ErrorReasons.NameOf(reason), detail, foundAt);

    /// <summary>Whether it is of this reason.</summary>
    public bool Is(ErrorReason reason) => string.Equals(Reason, ErrorReasons.NameOf(reason), StringComparison.Ordinal);
}
