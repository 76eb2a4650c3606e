using MoviesNow.LocalS3.Errors;

namespace MoviesNow.LocalS3.Objects;

/// <summary>Buckets are not versioned: every object is its key's <c>null</c> version.</summary>
internal static class VersionIds
{
    public const string Null = "null";

    /// <exception cref="S3Exception">NoSuchVersion.</exception>
    public static void Check(string? versionId)
    {
        if (versionId is not (null or Null))
            throw S3Errors.NoSuchVersion.Throw();
    }
}
