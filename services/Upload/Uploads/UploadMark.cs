using System.Collections.Frozen;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Uploads;

/// <summary>
/// The mark that an object carries: the id of the session or package that wrote it, as the metadata <c>x-amz-meta-moviesnow-upload</c>. It is signed
/// into every PUT, and given when a multipart upload is begun, so nobody who only holds URLs can write without it.
/// </summary>
internal static class UploadMark
{
    /// <summary>Name of the metadata.</summary>
    public const string Name = "moviesnow-upload";

    /// <summary>The metadata that marks a session's objects; none in the first attempt of a session from before there were marks.</summary>
    public static IReadOnlyDictionary<string, string> Of(UploadSession session) => session.Attempt == 0
        ? FrozenDictionary<string, string>.Empty
        : Of(session.Id);

    /// <summary>The metadata that marks the objects of a session or package.</summary>
    public static IReadOnlyDictionary<string, string> Of(Guid id) =>
        new Dictionary<string, string>(StringComparer.Ordinal) { [Name] = id.ToString() };

    /// <summary>The session that wrote an object; null when no session did.</summary>
    public static Guid? Read(StoredObject found) =>
        found.Metadata.TryGetValue(Name, out var mark) && Guid.TryParseExact(mark, "D", out var id) ? id : null;
}
