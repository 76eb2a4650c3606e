namespace MoviesNow.Storage;

/// <summary>One file or folder in a ZIP, as the central directory lists it.</summary>
/// <param name="Path">Its path with forward slashes; a folder's ends with one. Checked: relative, and without <c>.</c> or <c>..</c> segments.</param>
/// <param name="Size">In bytes, unpacked.</param>
/// <param name="CompressedSize">In bytes, as stored.</param>
/// <param name="Crc32">The CRC-32 of the unpacked bytes.</param>
public sealed record ZipFileEntry(string Path, long Size, long CompressedSize, uint Crc32)
{
    /// <summary>Where its local header is.</summary>
    internal long Offset { get; init; }

    internal bool IsDeflated { get; init; }

    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder => Path.EndsWith('/');
}

/// <summary>Why a ZIP is refused.</summary>
/// <param name="Rule">The rule that it breaks.</param>
/// <param name="Entry">
/// The name of the entry that breaks it, null when it is the whole file. It is as the ZIP has it, of any length and with any characters:
/// make it printable before it is shown.
/// </param>
/// <param name="Detail">More about how, without names from the ZIP; null when the rule says it all.</param>
public sealed record ZipProblem(ZipRule Rule, string? Entry, string? Detail)
{
    /// <summary>What was counted, and the limit that it exceeds; null for other rules.</summary>
    public (long Actual, long Limit)? Excess { get; init; }
}

/// <summary>Whether an object is a ZIP that clients can unpack safely.</summary>
/// <param name="Problem">Why not; null when it is readable.</param>
/// <param name="Entries">What is in it, in the order of its central directory; empty when it is not readable.</param>
public sealed record ZipVerdict(ZipProblem? Problem, IReadOnlyList<ZipFileEntry> Entries)
{
    /// <summary>Whether the ZIP is readable.</summary>
    public bool IsReadable => Problem is null;
}
