using System.Security.Cryptography;

namespace MoviesNow.LocalS3.Storage;

/// <summary>
/// The files with objects' bytes: written once under a unique name, never changed, invisible until a record names them. A file that readers
/// still use is deleted when the last of them is done; one that no record names after a crash is swept at the next start.
/// </summary>
internal sealed class DataFiles(string directory, Durability durability, ILogger logger)
{
    private readonly Lock _pinning = new();
    private readonly Dictionary<string, int> _pins = [];
    private readonly HashSet<string> _retired = [];

    public DataFileWriter Create()
    {
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return new DataFileWriter(name, Path.Combine(directory, name), durability);
    }

    /// <summary>Makes the names of finished files durable.</summary>
    public void FlushNames() => durability.FlushDirectory(directory);

    public Microsoft.Win32.SafeHandles.SafeFileHandle OpenRead(string name) =>
        File.OpenHandle(Path.Combine(directory, name), options: FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Keeps files from being deleted until <see cref="Unpin"/>.</summary>
    public void Pin(IEnumerable<Segment> segments)
    {
        lock (_pinning)
        {
            foreach (var segment in segments)
                _pins[segment.Data] = _pins.GetValueOrDefault(segment.Data) + 1;
        }
    }

    public void Unpin(IEnumerable<Segment> segments)
    {
        foreach (var segment in segments)
        {
            var last = false;
            lock (_pinning)
            {
                if (--_pins[segment.Data] == 0)
                {
                    _pins.Remove(segment.Data);
                    last = _retired.Remove(segment.Data);
                }
            }

            if (last)
                Delete(segment.Data);
        }
    }

    /// <summary>Deletes files that no record names any more, at once or when their readers are done.</summary>
    public void Retire(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            lock (_pinning)
            {
                if (_pins.ContainsKey(name))
                {
                    _retired.Add(name);
                    continue;
                }
            }

            Delete(name);
        }
    }

    /// <summary>Deletes what a crash left behind.</summary>
    /// <param name="referenced">The files that records name.</param>
    public void Sweep(IReadOnlySet<string> referenced)
    {
        foreach (var path in Directory.EnumerateFiles(directory))
        {
            if (!referenced.Contains(Path.GetFileName(path)))
                Delete(Path.GetFileName(path));
        }
    }

    private void Delete(string name)
    {
        try
        {
            File.Delete(Path.Combine(directory, name));
        }
        catch (IOException exception)
        {
            logger.LogWarning(exception, "A data file could not be deleted; the next start tries again.");
        }
    }
}
