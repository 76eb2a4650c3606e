using System.Text.Json;
using System.Text.Json.Serialization;

namespace MoviesNow.Cli.Delivery;

/// <summary>Of which object the bytes of an incomplete download are. It is kept beside them, for a later run of the command.</summary>
/// <param name="Reference">The bundle or key that was asked for.</param>
/// <param name="ETag">The object's entity tag at the storage; a strong one.</param>
/// <param name="Sha256">Its SHA-256, as the service states it.</param>
internal sealed record PartState(string Reference, string ETag, string Sha256)
{
    private const long MaxFile = 16 * 1024;

    /// <summary>Reads what an earlier run kept; null when there is nothing of use.</summary>
    public static PartState? Read(string file)
    {
        try
        {
            return new FileInfo(file) is { Exists: true, Length: <= MaxFile, LinkTarget: null }
                ? JsonSerializer.Deserialize(File.ReadAllBytes(file), PartStateJson.Default.PartState)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps it, in place of what was kept before.</summary>
    public void Write(string file)
    {
        var unfinished = file + ".new";
        File.Delete(unfinished);
        using (var stream = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(stream, this, PartStateJson.Default.PartState);
        }

        File.Move(unfinished, file, overwrite: true);
    }
}

[JsonSerializable(typeof(PartState))]
internal sealed partial class PartStateJson : JsonSerializerContext;
