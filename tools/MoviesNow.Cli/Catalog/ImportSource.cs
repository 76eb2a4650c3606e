using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Cli.Catalog;

/// <summary>A file to import. Its import's id follows from its name, size, beginning and format: the same file has the same id.</summary>
internal sealed class ImportSource
{
    private const int Beginning = 65_536;

    private readonly string _path;

    private ImportSource(string path, long length, ImportFormat format, Guid id) => (_path, Length, Format, Id) = (path, length, format, id);

    /// <summary>Its name, without directories.</summary>
    public string Name => Path.GetFileName(_path);

    /// <summary>Its size as it lies there, in bytes.</summary>
    public long Length { get; }

    public ImportFormat Format { get; }

    public Guid Id { get; }

    public bool IsCompressed => _path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Looks at a file.</summary>
    /// <exception cref="CommandException">It cannot be read, or its format cannot be told.</exception>
    public static async Task<ImportSource> OpenAsync(string path, ImportFormat format, CancellationToken cancellationToken)
    {
        try
        {
            var length = new FileInfo(path).Length;
            var start = new byte[Beginning];
            await using var stream = new ImportSource(path, length, format, default).Open(out _);
            var read = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
            format = format is ImportFormat.Unspecified ? FormatOf(start.AsSpan(0, read)) : format;
            return new ImportSource(path, length, format, IdOf(Path.GetFileName(path), length, format, start.AsSpan(0, read)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CommandException($"'{path}' cannot be read: {exception.Message}");
        }
    }

    /// <summary>Opens it at its beginning, unpacked.</summary>
    /// <param name="raw">The file as it lies there.</param>
    public Stream Open(out Stream raw)
    {
        raw = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, Beginning, useAsync: true);
        return IsCompressed ? new GZipStream(raw, CompressionMode.Decompress) : raw;
    }

    private static ImportFormat FormatOf(ReadOnlySpan<byte> start)
    {
        start = start.StartsWith("\uFEFF"u8) ? start[3..] : start;
        start = start[..(start.IndexOf((byte)'\n') is var end and >= 0 ? end : start.Length)];
        return start.StartsWith("tconst\ttitleType\t"u8) ? ImportFormat.ImdbTitleBasics
            : start.StartsWith("tconst\tparentTconst\t"u8) ? ImportFormat.ImdbTitleEpisode
            : start.StartsWith("{"u8) ? JsonFormatOf(start)
            : throw new CommandException("The format cannot be told from the first line: use --format.");
    }

    // A line of ours has one member, which is an object.
    private static ImportFormat JsonFormatOf(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line, isFinalBlock: false, default);
        try
        {
            return json.Read() && json.Read() && json.TokenType is JsonTokenType.PropertyName && json.GetString() is "title" or "season" or "episode"
                && json.Read() && json.TokenType is JsonTokenType.StartObject
                ? ImportFormat.JsonLines
                : ImportFormat.TmdbJson;
        }
        catch (JsonException)
        {
            throw new CommandException("The format cannot be told from the first line: use --format.");
        }
    }

    private static Guid IdOf(string name, long length, ImportFormat format, ReadOnlySpan<byte> start)
    {
        var hash = SHA256.HashData([.. Encoding.UTF8.GetBytes($"{name}\0{length}\0{format}\0"), .. start])[..16];
        // Version 8 of RFC 9562: an id by a rule of our own.
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}
