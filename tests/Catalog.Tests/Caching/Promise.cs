using System.Collections.Concurrent;
using System.Diagnostics;
using MoviesNow.Catalog.Tests.Harness;

namespace MoviesNow.Catalog.Tests.Caching;

/// <summary>How old an answer may be: not at all on the replica that made the change, a second on the others.</summary>
internal static class Promise
{
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(1);

    /// <summary>Lets six readers read from all replicas while versions 1, 2, 3 … are written on each in turn.</summary>
    /// <param name="replicas">The replicas.</param>
    /// <param name="versions">How many versions are written.</param>
    /// <param name="write">Writes a version, after the one before.</param>
    /// <param name="read">Reads the version that the public sees; 0 before the first.</param>
    public static async Task HoldsAsync(Replica[] replicas, int versions, Func<Replica, int, Task> write, Func<Replica, Task<int>> read)
    {
        var writes = new ConcurrentQueue<(int Version, int Replica, long Done)>();
        var reads = new ConcurrentQueue<(int Version, int Replica, long Started)>();
        using var writing = new CancellationTokenSource();

        var readers = Enumerable.Range(0, 6).Select(async i =>
        {
            var replica = i % replicas.Length;
            while (!writing.IsCancellationRequested)
            {
                var started = Stopwatch.GetTimestamp();
                reads.Enqueue((await read(replicas[replica]), replica, started));
            }
        }).ToArray();
        for (var version = 1; version <= versions; version++)
        {
            var replica = version % replicas.Length;
            await write(replicas[replica], version);
            writes.Enqueue((version, replica, Stopwatch.GetTimestamp()));
        }

        await writing.CancelAsync();
        await Task.WhenAll(readers);

        var elsewhere = (long)(Elsewhere.TotalSeconds * Stopwatch.Frequency);
        Assert.All(reads, read =>
        {
            var owed = writes.Where(write => write.Done <= read.Started - (write.Replica == read.Replica ? 0 : elsewhere))
                .Select(write => write.Version).DefaultIfEmpty(0).Max();
            Assert.True(read.Version >= owed, $"Version {read.Version} was read when {owed} was owed.");
        });
        Assert.True(reads.Count > versions);
    }

    /// <summary>The number at the end of a name.</summary>
    public static int VersionOf(string name) => int.Parse(name.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
}
