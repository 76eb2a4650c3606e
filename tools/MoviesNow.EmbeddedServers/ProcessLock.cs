namespace MoviesNow.EmbeddedServers;

/// <summary>A lock between processes: a file that is open for one of them. The system releases it when its holder ends, however it ends.</summary>
internal static class ProcessLock
{
    // How the system reports that another process has the file open: Linux, macOS, Windows.
    private static readonly int[] HeldByAnother = [11, 35, unchecked((int)0x80070020)];

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the lock. Disposing the result releases it; the file stays.</summary>
    /// <param name="file">The lock file, in a directory that exists or can be made.</param>
    /// <param name="what">What the lock protects, for progress.</param>
    /// <param name="progress">Told once when another process holds the lock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IDisposable> AcquireAsync(string file, string what, Action<string>? progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        for (var told = false; ; told = true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (HeldByAnother.Contains(e.HResult))
            {
                if (!told)
                    progress?.Invoke($"{what}: waiting for another process that does the same");
                await Task.Delay(PollInterval, cancellationToken);
            }
        }
    }
}
