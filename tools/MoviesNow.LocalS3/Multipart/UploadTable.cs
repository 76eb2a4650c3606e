using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Multipart;

/// <summary>The multipart uploads of one bucket. Completing one moves no bytes: the object's record names the parts' files.</summary>
internal sealed class UploadTable(BucketPaths paths, DataFiles data, Durability durability)
{
    private readonly ConcurrentDictionary<string, Upload> _uploads = new(StringComparer.Ordinal);
    private long _lastId;

    /// <summary>By key in listing order, then by id.</summary>
    public IEnumerable<Upload> All => _uploads.Values
        .OrderBy(upload => upload.Record.Key, Utf8KeyComparer.Instance)
        .ThenBy(upload => upload.Record.Id, StringComparer.Ordinal);

    /// <summary>An id that sorts after all earlier ones, for S3 lists the uploads of a key in the order of their beginning.</summary>
    public string NewId(DateTimeOffset now)
    {
        long last, next;
        do
        {
            last = Interlocked.Read(ref _lastId);
            next = Math.Max(last + 1, now.UtcTicks);
        }
        while (Interlocked.CompareExchange(ref _lastId, next, last) != last);
        return string.Create(CultureInfo.InvariantCulture, $"{next:x16}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}");
    }

    public void Load(Upload upload) => _uploads[upload.Record.Id] = upload;

    public Upload? Find(string id, string key) => _uploads.TryGetValue(id, out var upload) && upload.Record.Key == key ? upload : null;

    /// <exception cref="S3Exception">NoSuchUpload.</exception>
    public Upload Get(string id, string key) => Find(id, key) ?? throw S3Errors.NoSuchUpload.Throw();

    public void Begin(UploadRecord record)
    {
        Directory.CreateDirectory(paths.Upload(record.Id));
        durability.WriteAtomically(
            paths.UploadRecord(record.Id), JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Default.UploadRecord), paths.Temporary);
        durability.FlushDirectory(paths.Upload(record.Id));
        durability.FlushDirectory(paths.Uploads);
        _uploads[record.Id] = new Upload(record, []);
    }

    /// <summary>Records an uploaded part durably, replacing an earlier one of its number.</summary>
    /// <exception cref="S3Exception">NoSuchUpload: it ended while the part was being sent.</exception>
    public async Task AddPartAsync(Upload upload, PartRecord part, Action published, CancellationToken cancellationToken)
    {
        data.FlushNames();
        var content = JsonSerializer.SerializeToUtf8Bytes(part, RecordJson.Default.PartRecord);
        PartRecord? replaced;
        await upload.Gate.WaitAsync(cancellationToken);
        try
        {
            if (upload.Ended)
                throw S3Errors.NoSuchUpload.Throw();
            replaced = upload.Part(part.Number);
            durability.WriteAtomically(paths.Part(upload.Record.Id, part.Number), content, paths.Temporary);
            published();
            upload.Set(part);
            durability.FlushDirectory(paths.Upload(upload.Record.Id));
        }
        finally
        {
            upload.Gate.Release();
        }

        if (replaced is not null)
            data.Retire([replaced.Data]);
    }

    /// <summary>Ends an upload, under its gate, and drops the parts that are not in <paramref name="kept"/>.</summary>
    public void End(Upload upload, IReadOnlySet<string> kept)
    {
        upload.Ended = true;
        _uploads.TryRemove(upload.Record.Id, out _);
        // The record goes first: without it the rest is swept at the next start.
        File.Delete(paths.UploadRecord(upload.Record.Id));
        durability.FlushDirectory(paths.Upload(upload.Record.Id));
        data.Retire(upload.Parts.Select(part => part.Data).Where(name => !kept.Contains(name)));
        Directory.Delete(paths.Upload(upload.Record.Id), recursive: true);
    }

    /// <summary>Ends an upload without an object.</summary>
    /// <exception cref="S3Exception">NoSuchUpload: it ended meanwhile.</exception>
    public async Task AbortAsync(Upload upload, CancellationToken cancellationToken)
    {
        await upload.Gate.WaitAsync(cancellationToken);
        try
        {
            if (upload.Ended)
                throw S3Errors.NoSuchUpload.Throw();
            End(upload, new HashSet<string>(StringComparer.Ordinal));
        }
        finally
        {
            upload.Gate.Release();
        }
    }
}
