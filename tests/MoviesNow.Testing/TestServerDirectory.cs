using System.Globalization;

namespace MoviesNow.Testing;

/// <summary>Directories of test servers below <c>artifacts/</c>, removed by whichever test process comes after their own.</summary>
internal static class TestServerDirectory
{
    private static int _count;

    /// <summary>The checkout that the tests run from.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Where all test servers keep their files.</summary>
    public static string Root { get; } = Path.Combine(Repository, "artifacts", "test-servers");

    /// <summary>A name that no other server of any test process has.</summary>
    public static string NewName(string server) =>
        string.Create(CultureInfo.InvariantCulture, $"{server}.{Environment.ProcessId}.{Interlocked.Increment(ref _count)}");

    /// <summary>Removes what killed test processes left in a directory.</summary>
    public static void RemoveLeftovers(string directory)
    {
        foreach (var path in Directory.EnumerateDirectories(directory))
        {
            if (Path.GetFileName(path).Split('.') is not [_, var process, _] || !int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                continue;
            if (id != Environment.ProcessId && !IsRunning(id))
                Remove(path);
        }
    }

    /// <summary>Removes a directory; what cannot be removed now goes with the next run's leftovers.</summary>
    public static void Remove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"'{path}' could not be removed: {e.Message}");
        }
    }

    private static bool IsRunning(int processId)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(processId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string FindRepository()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, ".config", "dotnet-tools.json")))
                return directory.FullName;
        }

        throw new InvalidOperationException($"No checkout was found at or above '{AppContext.BaseDirectory}'.");
    }
}
