using System.Text.Json;
using System.Text.Json.Serialization;

namespace MoviesNow.Cli.Delivery;

/// <summary>Of which object the bytes of an incomplete download are. It is kept beside them, for a later run of the command.</summary>
/// <param name="Reference">The bundle or key that was asked for.</param>
/// <param name="ETag">The object's entity tag at the storage; a strong one.</param>
/// <param name="Sha256">Its SHA-256, as the service states it.</param>
/// <param name="RedemptionId">With which the one-time token was redeemed, so that going on soon does not spend it again; empty without a token.</param>
internal sealed record PartState(string Reference, string ETag, string Sha256, string RedemptionId)
{
    /// <summary>What is added to the name that the download will have.</summary>
    public const string Ending = ".part.json";

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

    /// <summary>What an earlier run kept of the same download; null when there is nothing.</summary>
    /// <param name="directory">Where it may be.</param>
    /// <param name="reference">The bundle or key.</param>
    public static PartState? Find(string directory, string reference) => Directory.Exists(directory)
        ? Directory.EnumerateFiles(directory, $"*{Ending}").Select(Read).FirstOrDefault(state => string.Equals(state?.Reference, reference, StringComparison.Ordinal))
        : null;

    /// <summary>Keeps it, in place of what was kept before.</summary>
    public void Write(string file)
    {
        var unfinished = file + ".new";
        File.Delete(unfinished);
        using (var stream = new FileStream(unfinished, Private()))
        {
            JsonSerializer.Serialize(stream, this, PartStateJson.Default.PartState);
        }

        File.Move(unfinished, file, overwrite: true);
    }

    /// <summary>A new file that nobody else may read.</summary>
    private static FileStreamOptions Private()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}

[JsonSerializable(typeof(PartState))]
internal sealed partial class PartStateJson : JsonSerializerContext;
