namespace MoviesNow.Storage;

/// <summary>What one entry must be like so that any client can unpack it, and nothing outside of its folder is touched.</summary>
internal static class ZipEntryRules
{
    public const int MaxPathBytes = 1_024;

    private const ushort Stored = 0;
    private const ushort Deflated = 8;

    /// <summary>Encrypted, strongly encrypted, and hidden directory.</summary>
    private const int EncryptionFlags = 0x0001 | 0x0040 | 0x2000;

    private const uint FileTypeMask = 0xF000;
    private const uint SymbolicLink = 0xA000;

    /// <summary>Deflate cannot do better than 258 bytes for 2 bits.</summary>
    private const int BestDeflateRatio = 1_032;

    public static void Check(ZipRecord record, ushort flags, uint disk, uint unixMode)
    {
        var problem = Problem(record, flags, disk, unixMode) ?? PathProblem(record.Entry.Path, record.Name.Length);
        if (problem is not null)
            throw new UnreadableZipException(problem);
    }

    private static string? Problem(ZipRecord record, ushort flags, uint disk, uint unixMode)
    {
        var entry = record.Entry;
        if ((flags & EncryptionFlags) != 0)
            return "is encrypted";
        if (disk != 0)
            return "is split over several files";
        if ((unixMode & FileTypeMask) == SymbolicLink)
            return "has a symbolic link";
        if (record.Method is not (Stored or Deflated))
            return "uses a compression that not every client knows";
        if (record.Method is Stored && entry.Size != entry.CompressedSize)
            return "claims an impossible size";
        if (entry.IsFolder && entry.Size != 0)
            return "has a folder with content";

        return entry.Size / BestDeflateRatio > entry.CompressedSize ? "claims an impossible size" : null;
    }

    private static string? PathProblem(string path, int bytes)
    {
        if (bytes is 0 or > MaxPathBytes)
            return "has a name that is empty or over 1,024 bytes";
        if (path.AsSpan().ContainsAny('\\', '\0') || path.Any(char.IsControl))
            return "has a name with a backslash or control character";
        if (path[0] == '/' || (path.Length > 1 && path[1] == ':'))
            return "has an absolute path";

        foreach (var segment in (path[^1] == '/' ? path[..^1] : path).Split('/'))
        {
            if (segment is "" or "." or "..")
                return "has a path with an empty, '.' or '..' segment";
        }

        return null;
    }
}
