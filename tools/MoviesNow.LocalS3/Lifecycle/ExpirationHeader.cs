using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Lifecycle;

/// <summary>Tells a client when a lifecycle rule will delete its object.</summary>
internal static class ExpirationHeader
{
    public static void Write(HttpResponse response, Bucket bucket, ObjectRecord record)
    {
    }
}
