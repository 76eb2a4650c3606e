using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;

namespace MoviesNow.Cli.Bundles;

/// <summary><c>moviesnow bundle build</c>: makes the ZIP of a bundle and its manifest from a folder. It asks no service.</summary>
internal static class BuildCommand
{
    private const int MaxPath = 4_096;
    private const string PartSuffix = ".part";

    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "Its files are the bundle's" };
        var zip = new Option<string?>("--output") { Description = "The ZIP to write; <folder>.zip when absent" };
        var manifest = new Option<string?>("--manifest") { Description = "The manifest to write; <zip without .zip>_manifest.json when absent" };
        var episodes = new Option<string[]>("--episode") { Description = "A file and the id of its episode, such as S01E01.mp4=0192…; may be repeated", HelpName = "path=id" };
        var json = new Option<bool>("--json") { Description = "JSON for scripts" };
        var command = new Command("build", "Makes the ZIP of a bundle and its manifest from a folder: stored, in the same bytes for the same files.") { folder, zip, manifest, episodes, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var source = parsed.GetRequiredValue(folder).FullName.TrimEnd(Path.DirectorySeparatorChar);
            var zipPath = Path.GetFullPath(parsed.GetValue(zip) ?? source + ".zip");
            var manifestPath = Path.GetFullPath(parsed.GetValue(manifest) ?? Path.ChangeExtension(zipPath, null) + "_manifest.json");
            var files = BundleFolder.Read(source, [zipPath, manifestPath, zipPath + PartSuffix, manifestPath + PartSuffix]);
            var byPath = Episodes(parsed.GetValue(episodes) ?? [], files);
            await WriteAsync(zipPath, manifestPath, files, byPath, parsed.InvocationConfiguration.Error, cancellationToken);
            var bytes = new FileInfo(zipPath).Length;
            await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new { zip = zipPath, manifest = manifestPath, files = files.Count, bytes })
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{files.Count:N0} files, {bytes:N0} bytes in {PrintableText.Of(zipPath, MaxPath)}\nmanifest in {PrintableText.Of(manifestPath, MaxPath)}"));
        });
        return command;
    }

    /// <summary>Writes beside the files first, so that neither is ever there in part.</summary>
    public static async Task WriteAsync(
        string zip, string manifest, IReadOnlyList<BundleFile> files, IReadOnlyDictionary<string, Guid> episodes, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<BuiltFile> built;
            await using (var output = File.Create(zip + PartSuffix))
            {
                built = await TransferProgress.RunAsync(
                    errors, "Write the ZIP", files.Sum(file => file.Size), written => BundleBuilder.WriteZipAsync(output, files, written, cancellationToken));
            }

            if ((await ZipInspector.InspectFileAsync(zip + PartSuffix, new ZipLimits(), cancellationToken)).Problem is { } problem)
            {
                throw BundleFolder.Refused(problem);
            }

            await using (var output = File.Create(manifest + PartSuffix))
            {
                BundleBuilder.WriteManifest(output, built, episodes);
            }

            File.Move(zip + PartSuffix, zip, overwrite: true);
            File.Move(manifest + PartSuffix, manifest, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The bundle cannot be written: {exception.Message}");
        }
        finally
        {
            foreach (var part in new[] { zip, manifest }.Select(file => file + PartSuffix).Where(File.Exists))
            {
                File.Delete(part);
            }
        }
    }

    private static Dictionary<string, Guid> Episodes(string[] given, IReadOnlyList<BundleFile> files)
    {
        var paths = files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var episodes = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var text in given)
        {
            var at = text.LastIndexOf('=');
            if (at < 1 || !Guid.TryParse(text[(at + 1)..], out var id) || !paths.Contains(text[..at]))
            {
                throw new CommandException($"--episode {PrintableText.Of(text, 120)}: must be a file of the folder and the id of its episode, such as S01/S01E01.mp4=0192….");
            }

            episodes[text[..at]] = id;
        }

        return episodes;
    }
}
