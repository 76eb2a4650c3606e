namespace MoviesNow.Storage;

/// <summary>One file or folder in a ZIP, as the central directory lists it.</summary>
/// <param name="Path">Its path with forward slashes; a folder's ends with one. Checked: relative, and without <c>.</c> or <c>..</c> segments.</param>
/// <param name="Size">In bytes, unpacked.</param>
/// <param name="CompressedSize">In bytes, as stored.</param>
/// <param name="Crc32">The CRC-32 of the unpacked bytes.</param>
public sealed record ZipFileEntry(string Path, long Size, long CompressedSize, uint Crc32)
{
    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder => Path.EndsWith('/');
}

/// <summary>Whether an object is a ZIP that clients can unpack safely.</summary>
/// <param name="Problem">Why not, worded to follow "the ZIP" and without names from it; null when it is readable.</param>
/// <param name="Entries">What is in it, in the order of its central directory; empty when it is not readable.</param>
public sealed record ZipVerdict(string? Problem, IReadOnlyList<ZipFileEntry> Entries)
{
    /// <summary>Whether the ZIP is readable.</summary>
    public bool IsReadable => Problem is null;
}
