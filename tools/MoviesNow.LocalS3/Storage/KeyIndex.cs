using System.Collections.Immutable;
using MoviesNow.LocalS3.Checksums;

namespace MoviesNow.LocalS3.Storage;

/// <summary>What a listing says of an object.</summary>
internal sealed record ObjectEntry(
    string Key, string Version, long Size, string ETag, DateTimeOffset LastModified, ChecksumAlgorithm? Algorithm, ChecksumType? ChecksumType)
{
    public static ObjectEntry Of(ObjectRecord record) => new(
        record.Key, record.Version, record.Size, record.ETag, record.LastModified, record.Checksum?.Algorithm, record.Checksum?.Type);

    /// <summary>An entry to look for: only its key counts.</summary>
    public static ObjectEntry Probe(string key) => new(key, "", 0, "", default, null, null);
}

/// <summary>The keys of a bucket in listing order. Readers take a snapshot and never wait; writers replace it.</summary>
internal sealed class KeyIndex
{
    private static readonly IComparer<ObjectEntry> ByKey =
        Comparer<ObjectEntry>.Create((a, b) => Utf8KeyComparer.Instance.Compare(a.Key, b.Key));

    private readonly Lock _writing = new();
    private volatile ImmutableSortedSet<ObjectEntry> _entries = ImmutableSortedSet.Create(ByKey);

    public ImmutableSortedSet<ObjectEntry> Snapshot => _entries;

    public ObjectEntry? Find(string key) => _entries.TryGetValue(ObjectEntry.Probe(key), out var entry) ? entry : null;

    public void Load(IEnumerable<ObjectEntry> entries) => _entries = ImmutableSortedSet.CreateRange(ByKey, entries);

    public void Set(ObjectEntry entry)
    {
        lock (_writing)
            _entries = _entries.Remove(entry).Add(entry);
    }

    public void Remove(string key)
    {
        lock (_writing)
            _entries = _entries.Remove(ObjectEntry.Probe(key));
    }
}
