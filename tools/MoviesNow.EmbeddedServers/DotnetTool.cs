using System.Text.Json.Nodes;

namespace MoviesNow.EmbeddedServers;

/// <summary>
/// A .NET tool of a manifest, run by its assembly: <c>dotnet tool run</c> would put a process in between that passes on
/// neither signals nor its own death.
/// </summary>
internal static class DotnetTool
{
    /// <summary>The tool's assembly in the package folder; restores the manifest's tools if it is not there.</summary>
    /// <exception cref="EmbeddedServerException">No manifest has the tool, or it could not be restored.</exception>
    public static async Task<string> LocateOrRestoreAsync(
        string id, string assembly, string manifestDirectory, Action<string>? progress, CancellationToken cancellationToken)
    {
        var manifest = FindManifest(manifestDirectory);
        var version = (string?)JsonNode.Parse(await File.ReadAllTextAsync(manifest, cancellationToken))?["tools"]?[id]?["version"]
            ?? throw new EmbeddedServerException($"'{manifest}' does not list the tool {id}: add it.");
        if (Find(PackageFolder(), id, version, assembly) is { } found)
            return found;

        // Restores that run at once fail: NuGet's package files are not shared between them.
        var packages = PackageFolder();
        using var restoring = await ProcessLock.AcquireAsync(Path.Combine(packages, $"{id}.{version}.moviesnow.lock"), id, progress, cancellationToken);
        if (Find(packages, id, version, assembly) is { } restored)
            return restored;

        progress?.Invoke($"{id}: restoring version {version}");
        await CommandRunner.RunAsync(
            $"dotnet tool restore ({id} {version})",
            ServerCommand.Of("dotnet", "tool", "restore", "--tool-manifest", manifest) with { WorkingDirectory = Path.GetDirectoryName(manifest)! },
            input: null, progress, cancellationToken);
        return Find(packages, id, version, assembly)
            ?? throw new EmbeddedServerException($"{id} {version} was restored, but not to '{packages}': set NUGET_PACKAGES to NuGet's package folder.");
    }

    private static string FindManifest(string directory)
    {
        for (var current = new DirectoryInfo(Path.GetFullPath(directory)); current is not null; current = current.Parent)
        {
            var manifest = Path.Combine(current.FullName, ".config", "dotnet-tools.json");
            if (File.Exists(manifest))
                return manifest;
        }

        throw new EmbeddedServerException($"No .config/dotnet-tools.json was found at or above '{directory}': run from the checkout.");
    }

    private static string PackageFolder() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    // tools/<target framework>/any/<assembly>; the newest framework that the package has. NuGet writes the metadata last, so
    // without it the package is still being unpacked.
    private static string? Find(string packages, string id, string version, string assembly)
    {
        var package = Path.Combine(packages, id, version);
        var tools = Path.Combine(package, "tools");
        return File.Exists(Path.Combine(package, ".nupkg.metadata")) && Directory.Exists(tools)
            ? Directory.EnumerateDirectories(tools)
                .OrderDescending(StringComparer.Ordinal)
                .Select(framework => Path.Combine(framework, "any", assembly))
                .FirstOrDefault(File.Exists)
            : null;
    }
}
