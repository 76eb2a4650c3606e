using System.Collections.Immutable;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Listing;

/// <summary>One page of a listing: keys and common prefixes in the byte order of their UTF-8.</summary>
/// <param name="Objects">The objects of the page.</param>
/// <param name="CommonPrefixes">Prefixes up to the delimiter that stand for all keys below them.</param>
/// <param name="Next">The last key or prefix of a page that is not the last; listing goes on after it.</param>
internal sealed record ObjectListing(IReadOnlyList<ObjectEntry> Objects, IReadOnlyList<string> CommonPrefixes, string? Next)
{
    /// <param name="index">A snapshot of the bucket.</param>
    /// <param name="prefix">What keys must begin with.</param>
    /// <param name="delimiter">Rolls up keys that have it after the prefix; empty for none.</param>
    /// <param name="after">Lists what comes after this key or common prefix.</param>
    /// <param name="maxKeys">The most keys and prefixes together.</param>
    public static ObjectListing Page(KeyIndex index, string prefix, string delimiter, string after, int maxKeys)
    {
        var entries = index.Snapshot;
        var (objects, prefixes, last) = (new List<ObjectEntry>(), new List<string>(), (string?)null);
        var position = Utf8KeyComparer.Instance.Compare(after, prefix) >= 0 && after.Length > 0
            ? After(entries, after, RollUp(after, prefix, delimiter) == after)
            : AtOrAfter(entries, prefix);
        while (maxKeys > 0 && position < entries.Count && entries[position].Key.StartsWith(prefix, StringComparison.Ordinal))
        {
            var entry = entries[position];
            var rolled = RollUp(entry.Key, prefix, delimiter);
            // A prefix that was listed before, or that a marker points past, is not listed again.
            var listed = rolled is null || Utf8KeyComparer.Instance.Compare(rolled, after) > 0;
            if (listed && objects.Count + prefixes.Count == maxKeys)
                return new ObjectListing(objects, prefixes, last);
            if (rolled is null)
                objects.Add(entry);
            else if (listed)
                prefixes.Add(rolled);
            last = listed ? rolled ?? entry.Key : last;
            position = rolled is null ? position + 1 : AfterAll(entries, rolled);
        }

        return new ObjectListing(objects, prefixes, null);
    }

    /// <returns>The common prefix that stands for a key, or null when it is listed itself.</returns>
    private static string? RollUp(string key, string prefix, string delimiter)
    {
        if (delimiter.Length == 0 || !key.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        var found = key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
        return found < 0 ? null : key[..(found + delimiter.Length)];
    }

    private static int After(ImmutableSortedSet<ObjectEntry> entries, string key, bool wholePrefix)
    {
        if (wholePrefix)
            return AfterAll(entries, key);
        var position = entries.IndexOf(ObjectEntry.Probe(key));
        return position < 0 ? ~position : position + 1;
    }

    private static int AtOrAfter(ImmutableSortedSet<ObjectEntry> entries, string key)
    {
        var position = entries.IndexOf(ObjectEntry.Probe(key));
        return position < 0 ? ~position : position;
    }

    // Nothing sorts after U+10FFFF, so no key with this prefix can come after it but one that repeats it; those are stepped over.
    private static int AfterAll(ImmutableSortedSet<ObjectEntry> entries, string prefix)
    {
        var position = AtOrAfter(entries, prefix + "\U0010FFFF");
        while (position < entries.Count && entries[position].Key.StartsWith(prefix, StringComparison.Ordinal))
            position++;
        return position;
    }
}
