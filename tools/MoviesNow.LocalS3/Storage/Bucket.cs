using System.Text.Json;
using MoviesNow.LocalS3.Multipart;

namespace MoviesNow.LocalS3.Storage;

/// <summary>A bucket: its configurations, objects and multipart uploads.</summary>
internal sealed class Bucket(BucketRecord record, BucketPaths paths, ObjectTable objects, UploadTable uploads, Durability durability) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile BucketRecord _record = record;

    public string Name => _record.Name;

    public BucketRecord Record => _record;

    public BucketPaths Paths => paths;

    public ObjectTable Objects => objects;

    public UploadTable Uploads => uploads;

    /// <summary>Changes a configuration durably.</summary>
    public async Task ChangeAsync(Func<BucketRecord, BucketRecord> change, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            var changed = change(_record);
            durability.WriteAtomically(paths.Record, JsonSerializer.SerializeToUtf8Bytes(changed, RecordJson.Default.BucketRecord), paths.Temporary);
            durability.FlushDirectory(paths.Root);
            _record = changed;
        }
        finally
        {
            _changing.Release();
        }
    }

    public void Dispose() => _changing.Dispose();
}
