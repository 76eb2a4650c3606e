using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Options;
using MoviesNow.LocalS3.Errors;

namespace MoviesNow.LocalS3.Storage;

/// <summary>All buckets of the data directory. One process at a time may open it.</summary>
internal sealed class BucketStore(IOptions<LocalS3Options> options, BucketLoader loader, Durability durability, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly string _root = Path.Combine(Path.GetFullPath(options.Value.DataDirectory), "buckets");
    private readonly string _temporary = Path.Combine(Path.GetFullPath(options.Value.DataDirectory), "tmp");
    private FileStream? _ownership;

    public IEnumerable<Bucket> All => _buckets.Values.OrderBy(b => b.Name, StringComparer.Ordinal);

    /// <summary>Takes the data directory, sweeps left-over files and loads or creates the buckets.</summary>
    /// <exception cref="InvalidOperationException">Another process uses the directory.</exception>
    public void Open()
    {
        Directory.CreateDirectory(_root);
        TakeOwnership();
        if (Directory.Exists(_temporary))
            Directory.Delete(_temporary, recursive: true);
        Directory.CreateDirectory(_temporary);
        foreach (var directory in Directory.EnumerateDirectories(_root))
        {
            if (loader.Load(PathsOf(Path.GetFileName(directory))) is { } bucket)
                _buckets[bucket.Name] = bucket;
            else
                Directory.Delete(directory, recursive: true);
        }

        foreach (var name in options.Value.Buckets.Where(name => !_buckets.ContainsKey(name)))
            Create(name);
    }

    public Bucket? Find(string name) => _buckets.GetValueOrDefault(name);

    /// <exception cref="S3Exception">NoSuchBucket.</exception>
    public Bucket Get(string name) => Find(name) ?? throw S3Errors.NoSuchBucket.Throw();

    /// <returns>Whether the bucket is new.</returns>
    public async Task<bool> CreateAsync(string name, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            if (_buckets.ContainsKey(name))
                return false;
            Create(name);
            return true;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Deletes an empty bucket, and the multipart uploads that were never completed.</summary>
    /// <exception cref="S3Exception">NoSuchBucket, BucketNotEmpty.</exception>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            var bucket = Get(name);
            if (!await bucket.Objects.CloseIfEmptyAsync(cancellationToken))
                throw S3Errors.BucketNotEmpty.Throw();
            _buckets.TryRemove(name, out _);
            var doomed = Path.Combine(_temporary, Path.GetRandomFileName());
            Directory.Move(bucket.Paths.Root, doomed);
            durability.FlushDirectory(_root);
            Directory.Delete(doomed, recursive: true);
        }
        finally
        {
            _changing.Release();
        }
    }

    public void Dispose()
    {
        _ownership?.Dispose();
        _changing.Dispose();
    }

    private void Create(string name)
    {
        var record = new BucketRecord { Name = name, Created = time.GetUtcNow() };
        var paths = PathsOf(name);
        Directory.CreateDirectory(paths.Objects);
        Directory.CreateDirectory(paths.Data);
        Directory.CreateDirectory(paths.Uploads);
        durability.WriteAtomically(paths.Record, JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Default.BucketRecord), _temporary);
        durability.FlushDirectory(paths.Root);
        durability.FlushDirectory(_root);
        _buckets[name] = loader.Open(record, paths);
    }

    private BucketPaths PathsOf(string name) => new(Path.Combine(_root, name), _temporary);

    private void TakeOwnership()
    {
        var path = Path.Combine(Path.GetDirectoryName(_root)!, ".lock");
        try
        {
            _ownership = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not DirectoryNotFoundException)
        {
            throw new InvalidOperationException($"LocalS3:DataDirectory '{options.Value.DataDirectory}' is in use by another process.", exception);
        }
    }
}
