namespace MoviesNow.Storage;

/// <summary>What one entry must be like so that any client can unpack it, and nothing outside of its folder is touched.</summary>
internal static class ZipEntryRules
{
    public const int MaxPathBytes = 1_024;

    public const ushort Deflated = 8;

    private const ushort Stored = 0;

    private const uint FileTypeMask = 0xF000;
    private const uint SymbolicLink = 0xA000;

    public static void Check(ZipRecord record, uint disk, uint unixMode)
    {
        var path = record.Entry.Path;
        if (Problem(record, disk, unixMode) is { } problem)
            throw problem.Rule.BrokenBy(problem.Detail, path);
        CheckPath(path, record.Name.Length);
    }

    public static void CheckPath(string path, int bytes)
    {
        if (PathProblem(path, bytes) is { } problem)
            throw problem.BrokenBy(entry: path);
    }

    private static (ZipRule Rule, string? Detail)? Problem(ZipRecord record, uint disk, uint unixMode)
    {
        var entry = record.Entry;
        if ((record.Flags & ZipRecord.EncryptionFlags) != 0)
            return (ZipRule.Encrypted, null);
        if (disk != 0)
            return (ZipRule.Split, null);
        if ((unixMode & FileTypeMask) == SymbolicLink)
            return (ZipRule.SymbolicLink, null);
        if (record.Method is not (Stored or Deflated))
            return (ZipRule.UnknownCompression, $"method {record.Method}, and not 0 (stored) or 8 (deflated)");
        if (record.Method is Stored && entry.Size != entry.CompressedSize)
            return (ZipRule.ImpossibleSize, "it is stored, and yet the two sizes differ");
        if (entry.IsFolder && entry.Size != 0)
            return (ZipRule.FolderWithContent, null);

        return entry.Size > (Int128)entry.CompressedSize * ZipLimits.BestDeflateRatio ? (ZipRule.ImpossibleSize, "deflate cannot compress so well") : null;
    }

    private static ZipRule? PathProblem(string path, int bytes)
    {
        if (bytes is 0 or > MaxPathBytes)
            return ZipRule.NameLength;
        if (path.Contains('\\', StringComparison.Ordinal) || path.Any(char.IsControl))
            return ZipRule.NameCharacter;
        if (path[0] == '/' || (path.Length > 1 && path[1] == ':'))
            return ZipRule.PathAbsolute;

        var segments = (path[^1] == '/' ? path[..^1] : path).Split('/');
        if (segments.Contains(".."))
            return ZipRule.PathEscapes;

        return segments.Any(static segment => segment is "" or ".") ? ZipRule.PathSegment : null;
    }
}
