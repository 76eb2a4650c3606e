using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace MoviesNow.Deployment.Tests.Images;

/// <summary>An image in a file, as <c>docker load</c> takes it.</summary>
/// <param name="Tags">Its names.</param>
/// <param name="Config">How it is run.</param>
/// <param name="Files">Paths of the files in its layers.</param>
internal sealed record ImageArchive(IReadOnlyList<string> Tags, JsonObject Config, IReadOnlySet<string> Files)
{
    public static ImageArchive Read(string path)
    {
        var entries = EntriesOf(File.ReadAllBytes(path)).ToDictionary(StringComparer.Ordinal);
        var image = JsonNode.Parse(entries["manifest.json"])!.AsArray().Single()!;
        var layers = image["Layers"]!.AsArray().Select(layer => entries[(string)layer!]);
        var files = layers.SelectMany(EntriesOf).Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        var config = JsonNode.Parse(entries[(string)image[nameof(Config)]!])!["config"]!.AsObject();
        return new([.. image["RepoTags"]!.AsArray().Select(tag => (string)tag!)], config, files);
    }

    private static IEnumerable<KeyValuePair<string, byte[]>> EntriesOf(byte[] archive)
    {
        using Stream stream = archive is [0x1f, 0x8b, ..] ? new GZipStream(new MemoryStream(archive), CompressionMode.Decompress) : new MemoryStream(archive);
        using var reader = new TarReader(stream);
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
            {
                using var content = new MemoryStream();
                entry.DataStream?.CopyTo(content);
                yield return KeyValuePair.Create(entry.Name.TrimStart('.', '/'), content.ToArray());
            }
        }
    }
}
