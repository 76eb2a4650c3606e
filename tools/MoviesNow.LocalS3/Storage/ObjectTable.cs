using System.Text.Json;
using MoviesNow.LocalS3.Errors;

namespace MoviesNow.LocalS3.Storage;

/// <summary>The objects of one bucket. A write is acknowledged after its bytes, its record and both names are durable, in that order.</summary>
internal sealed class ObjectTable(BucketPaths paths, DataFiles data, Durability durability)
{
    private readonly KeyIndex _index = new();
    private readonly KeyedLocks _locks = new();
    private bool _closed;

    public DataFiles Data => data;

    public KeyIndex Index => _index;

    /// <summary>Publishes an object in one step, replacing the one at its key.</summary>
    /// <param name="record">Names data files that are finished.</param>
    /// <param name="condition">Checked against the object being replaced, atomically.</param>
    /// <param name="published">Called once the object is visible: from then on its files belong to it.</param>
    /// <param name="cancellationToken">Given up only before the object is visible.</param>
    /// <exception cref="S3Exception">The condition does not hold, or the bucket is gone.</exception>
    public async Task PublishAsync(ObjectRecord record, WriteCondition condition, Action published, CancellationToken cancellationToken)
    {
        data.FlushNames();
        var content = JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Default.ObjectRecord);
        IReadOnlyList<Segment> replaced;
        using (await _locks.EnterAsync(record.Key, cancellationToken))
        {
            if (_closed)
                throw S3Errors.NoSuchBucket.Throw();
            var current = _index.Find(record.Key);
            condition.Check(current);
            replaced = current is null ? [] : Read(record.Key)?.Segments ?? [];
            durability.WriteAtomically(paths.Object(record.Key), content, paths.Temporary);
            published();
            _index.Set(ObjectEntry.Of(record));
            durability.FlushDirectory(paths.Objects);
        }

        var kept = record.Segments.Select(s => s.Data).ToHashSet(StringComparer.Ordinal);
        data.Retire(replaced.Select(s => s.Data).Where(name => !kept.Contains(name)));
    }

    /// <summary>Deletes the object at a key if there is one and <paramref name="allowed"/> does not object by throwing or returning false.</summary>
    /// <returns>Whether an object was deleted.</returns>
    public async Task<bool> DeleteAsync(string key, Func<ObjectEntry?, bool> allowed, CancellationToken cancellationToken)
    {
        ObjectRecord? removed;
        using (await _locks.EnterAsync(key, cancellationToken))
        {
            var current = _index.Find(key);
            if (!allowed(current) || current is null)
                return false;
            removed = Read(key);
            _index.Remove(key);
            File.Delete(paths.Object(key));
            durability.FlushDirectory(paths.Objects);
        }

        data.Retire(removed?.Segments.Select(s => s.Data) ?? []);
        return true;
    }

    /// <summary>Changes what is recorded of an object, but not its bytes.</summary>
    /// <exception cref="S3Exception">NoSuchKey.</exception>
    public async Task UpdateAsync(string key, Func<ObjectRecord, ObjectRecord> change, CancellationToken cancellationToken)
    {
        using (await _locks.EnterAsync(key, cancellationToken))
        {
            var record = _index.Find(key) is null ? null : Read(key);
            var changed = change(record ?? throw S3Errors.NoSuchKey.Throw());
            var content = JsonSerializer.SerializeToUtf8Bytes(changed, RecordJson.Default.ObjectRecord);
            durability.WriteAtomically(paths.Object(key), content, paths.Temporary);
            durability.FlushDirectory(paths.Objects);
        }
    }

    /// <returns>The object at a key, kept readable until the lease is disposed, or null.</returns>
    public ObjectLease? Open(string key)
    {
        // A write may come between the index, the record and the pin: only when all three agree are the files sure to be there.
        while (_index.Find(key) is not null)
        {
            if (Read(key) is { } record)
            {
                data.Pin(record.Segments);
                if (_index.Find(key)?.Version == record.Version)
                    return new ObjectLease(record, data);
                data.Unpin(record.Segments);
            }

            Thread.Yield();
        }

        return null;
    }

    /// <summary>Stops all writing if the bucket is empty.</summary>
    /// <returns>Whether it was.</returns>
    public async Task<bool> CloseIfEmptyAsync(CancellationToken cancellationToken)
    {
        using (await _locks.EnterAllAsync(cancellationToken))
        {
            _closed = _index.Snapshot.IsEmpty;
            return _closed;
        }
    }

    private ObjectRecord? Read(string key)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(paths.Object(key)), RecordJson.Default.ObjectRecord);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
