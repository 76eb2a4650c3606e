using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text.Json;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Bundles;

/// <summary>A file as it is in a ZIP.</summary>
/// <param name="File">The file.</param>
/// <param name="Sha256">Its SHA-256, lower-case hexadecimal.</param>
internal sealed record BuiltFile(BundleFile File, string Sha256);

/// <summary>Writes a bundle's ZIP and manifest (docs/bundle-manifest.schema.json).</summary>
internal static class BundleBuilder
{
    private const int BufferSize = 1 << 20;
    private const long MaxManifestBytes = 10 << 20;

    /// <summary>Writes the ZIP; each byte is read once.</summary>
    /// <exception cref="CommandException">A file cannot be read, or changed meanwhile.</exception>
    public static async Task<IReadOnlyList<BuiltFile>> WriteZipAsync(Stream zip, IReadOnlyList<BundleFile> files, Action<long> written, CancellationToken cancellationToken)
    {
        var writer = new StoredZipWriter(zip);
        var built = new List<BuiltFile>(files.Count);
        var buffer = new byte[BufferSize];
        foreach (var file in files)
        {
            using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await writer.AddAsync(file.Path, file.Size, output => CopyAsync(file, output, buffer, sha256, written, cancellationToken), cancellationToken);
            built.Add(new BuiltFile(file, Convert.ToHexStringLower(sha256.GetHashAndReset())));
        }

        await writer.FinishAsync(cancellationToken);
        return built;
    }

    /// <summary>Writes the manifest of a ZIP. It does not name the bundle, which is created later.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="files">The files, in order.</param>
    /// <param name="episodes">The episodes that files belong to, by path.</param>
    public static void WriteManifest(Stream output, IReadOnlyList<BuiltFile> files, IReadOnlyDictionary<string, Guid> episodes)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteStartArray("entries");
            foreach (var (file, sha256) in files)
            {
                json.WriteStartObject();
                json.WriteString("path", file.Path);
                json.WriteNumber("size_bytes", file.Size);
                json.WriteString("sha256", sha256);
                if (episodes.TryGetValue(file.Path, out var episode))
                {
                    json.WriteString("episode_id", episode);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (output.Length > MaxManifestBytes)
        {
            throw new CommandException("The manifest has more than 10 MiB: shorter names, or several bundles.");
        }
    }

    private static async Task<uint> CopyAsync(
        BundleFile file, Stream output, byte[] buffer, IncrementalHash sha256, Action<long> written, CancellationToken cancellationToken)
    {
        var crc = new Crc32();
        var left = file.Size;
        await using var input = new FileStream(file.File, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        int read;
        while ((read = await input.ReadAsync(buffer, cancellationToken)) > 0)
        {
            left -= read;
            if (left < 0)
            {
                break;
            }

            crc.Append(buffer.AsSpan(0, read));
            sha256.AppendData(buffer, 0, read);
            await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            written(read);
        }

        return left == 0 ? crc.GetCurrentHashAsUInt32() : throw new CommandException($"\"{PrintableText.Of(file.Path, 120)}\" changed while it was read.");
    }
}
