using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MoviesNow.LocalS3.Multipart;

namespace MoviesNow.LocalS3.Storage;

/// <summary>Reads a bucket at the start and removes what a crash left half done: data that no record names, uploads that were completed.</summary>
internal sealed class BucketLoader(Durability durability, ILogger<BucketLoader> logger)
{
    /// <returns>The bucket, or null when its creation was never finished.</returns>
    public Bucket? Load(BucketPaths paths)
    {
        if (Read(paths.Record, RecordJson.Default.BucketRecord) is not { } record)
            return null;
        var bucket = Open(record, paths);

        var broken = false;
        var objects = new ConcurrentBag<ObjectRecord>();
        Parallel.ForEach(Directory.EnumerateFiles(paths.Objects, "*.json"), path =>
        {
            if (Read(path, RecordJson.Default.ObjectRecord) is { } read)
                objects.Add(read);
            else
                broken = true;
        });
        bucket.Objects.Index.Load(objects.Select(ObjectEntry.Of));

        var completed = objects.Where(o => o.UploadId is not null).Select(o => o.UploadId!).ToHashSet(StringComparer.Ordinal);
        LoadUploads(bucket, completed);
        if (broken)
        {
            logger.LogError("Bucket {Bucket} has unreadable records; its unreferenced data files are left alone.", record.Name);
            return bucket;
        }

        var referenced = objects.SelectMany(o => o.Segments).Select(s => s.Data).ToHashSet(StringComparer.Ordinal);
        referenced.UnionWith(bucket.Uploads.All.SelectMany(upload => upload.Parts).Select(part => part.Data));
        bucket.Objects.Data.Sweep(referenced);
        return bucket;
    }

    public Bucket Open(BucketRecord record, BucketPaths paths)
    {
        var data = new DataFiles(paths.Data, durability, logger);
        return new Bucket(record, paths, new ObjectTable(paths, data, durability), new UploadTable(paths, data, durability), durability);
    }

    private void LoadUploads(Bucket bucket, HashSet<string> completed)
    {
        foreach (var directory in Directory.EnumerateDirectories(bucket.Paths.Uploads))
        {
            var id = Path.GetFileName(directory);
            var record = completed.Contains(id) ? null : Read(bucket.Paths.UploadRecord(id), RecordJson.Default.UploadRecord);
            if (record is null)
            {
                Directory.Delete(directory, recursive: true);
                continue;
            }

            var parts = Directory.EnumerateFiles(directory, "?????.json")
                .Select(path => Read(path, RecordJson.Default.PartRecord))
                .OfType<PartRecord>()
                .Where(part => File.Exists(Path.Combine(bucket.Paths.Data, part.Data)));
            bucket.Uploads.Load(new Upload(record, parts));
        }
    }

    private T? Read<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException exception)
        {
            logger.LogError(exception, "The record {Path} cannot be read.", path);
            return null;
        }
    }
}
