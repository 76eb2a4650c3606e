namespace MoviesNow.ClusterTest.Servers;

/// <summary>libfaketime, which gives a process another time of day: namespaces of time have clocks of their own, but not that one.</summary>
internal static class FakeClock
{
    /// <summary>The library, where Debian puts it.</summary>
    public static string Library { get; } = Directory.Exists("/usr/lib")
        ? Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu").Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists) ?? ""
        : "";

    public static bool IsThere => Library.Length > 0;
}
