using System.Security.Cryptography;
using System.Text;

namespace MoviesNow.EmbeddedServers;

/// <summary>Places that the server's account can reach.</summary>
internal static class ServerDirectory
{
    private const string Shared = "/var/tmp";

    /// <summary>
    /// The directory itself if the service user can reach its parent; else, as below a home that only root may enter, a
    /// directory under /var/tmp that is always the same for that path.
    /// </summary>
    public static async Task<string> ReachableAsync(
        string directory, ServiceUser? user, Action<string>? progress, CancellationToken cancellationToken)
    {
        directory = Path.GetFullPath(directory);
        var parent = Path.GetDirectoryName(directory)!;
        Directory.CreateDirectory(parent);
        if (user is null || OperatingSystem.IsWindows() || await user.CanEnterAsync(parent, cancellationToken))
            return directory;

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(directory)))[..16];
        var fallbackParent = Path.Combine(Shared, $"moviesnow-{hash}");
        const UnixFileMode Enterable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        Directory.CreateDirectory(fallbackParent, Enterable);
        // Anybody can create names there: what another made first is not to be trusted.
        var owner = await CommandRunner.RunAsync(
            "ls", ServerCommand.Of("ls", "-ldn", fallbackParent), input: null, progress: null, cancellationToken);
        if (!owner.StartsWith('d') || owner.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2] != "0")
            throw new EmbeddedServerException($"'{fallbackParent}' belongs to another user: remove it.");
        File.SetUnixFileMode(fallbackParent, Enterable);

        var fallback = Path.Combine(fallbackParent, Path.GetFileName(directory));
        // Whoever wipes the directory finds what is elsewhere.
        if (new DirectoryInfo(directory) is { Exists: false, LinkTarget: null })
            Directory.CreateSymbolicLink(directory, fallback);
        progress?.Invoke($"user '{user.Name}' cannot enter '{parent}': using '{fallback}' instead");
        return fallback;
    }
}
