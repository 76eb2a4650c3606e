using MoviesNow.LocalS3.Listing;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Multipart;

/// <summary>One page of the uploads in progress.</summary>
internal sealed record UploadListing(
    IReadOnlyList<UploadRecord> Uploads, IReadOnlyList<string> CommonPrefixes, bool Truncated, string NextKey, string NextId)
{
    /// <param name="ordered">By key and id.</param>
    /// <param name="query">Prefix, delimiter and page size.</param>
    /// <param name="keyMarker">Lists what comes after this key or common prefix.</param>
    /// <param name="idMarker">With it, also uploads of that very key with a later id.</param>
    public static UploadListing Page(IEnumerable<Upload> ordered, ListingQuery query, string keyMarker, string idMarker)
    {
        var (uploads, prefixes, nextKey, nextId) = (new List<UploadRecord>(), new List<string>(), "", "");
        foreach (var upload in ordered.Select(u => u.Record).Where(r => r.Key.StartsWith(query.Prefix, StringComparison.Ordinal)))
        {
            var found = query.Delimiter.Length == 0 ? -1 : upload.Key.IndexOf(query.Delimiter, query.Prefix.Length, StringComparison.Ordinal);
            var prefix = found < 0 ? null : upload.Key[..(found + query.Delimiter.Length)];
            if (!IsAfter(prefix ?? upload.Key, prefix is null ? upload.Id : "", keyMarker, idMarker))
                continue;
            if (prefix is not null && prefixes.LastOrDefault() == prefix)
                continue;
            if (uploads.Count + prefixes.Count == query.MaxKeys)
                return new UploadListing(uploads, prefixes, query.MaxKeys > 0, nextKey, nextId);
            if (prefix is null)
                uploads.Add(upload);
            else
                prefixes.Add(prefix);
            (nextKey, nextId) = (prefix ?? upload.Key, prefix is null ? upload.Id : "");
        }

        return new UploadListing(uploads, prefixes, false, nextKey, nextId);
    }

    private static bool IsAfter(string key, string id, string keyMarker, string idMarker) => Utf8KeyComparer.Instance.Compare(key, keyMarker) switch
    {
        > 0 => true,
        0 => idMarker.Length > 0 && string.CompareOrdinal(id, idMarker) > 0,
        _ => false,
    };
}
