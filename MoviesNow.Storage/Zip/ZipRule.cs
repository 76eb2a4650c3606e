namespace MoviesNow.Storage;

/// <summary>A rule that every ZIP must keep. The ids are part of the contract; <c>docs/zip-rules.md</c> lists them all.</summary>
public sealed record ZipRule
{
    private static readonly List<ZipRule> Known = [];

    private ZipRule(string id, string words)
    {
        (Id, Words) = (id, words);
        Known.Add(this);
    }

    /// <summary>Every rule.</summary>
    public static IReadOnlyList<ZipRule> All => Known;

    /// <summary>The stable id, such as <c>ENCRYPTED</c>.</summary>
    public string Id { get; }

    /// <summary>What is wrong when the rule is broken, worded to follow the name of an entry, or "it" for the whole file.</summary>
    public string Words { get; }

    // Of the whole file.
    internal static readonly ZipRule NotAZip = new("NOT_A_ZIP", "is no ZIP file, or was cut off");
    internal static readonly ZipRule AmbiguousEnd = new("AMBIGUOUS_END", "has end records that contradict each other");
    internal static readonly ZipRule Split = new("SPLIT", "is split over several files");
    internal static readonly ZipRule BrokenDirectory = new("BROKEN_DIRECTORY", "has a damaged directory");
    internal static readonly ZipRule NoEntries = new("NO_ENTRIES", "has no entries");
    internal static readonly ZipRule EntryCountMismatch = new("ENTRY_COUNT_MISMATCH", "has another number of entries than it says");
    internal static readonly ZipRule TooManyEntries = new("TOO_MANY_ENTRIES", "has too many entries");
    internal static readonly ZipRule DirectoryTooLarge = new("DIRECTORY_TOO_LARGE", "has a directory of too many bytes");
    internal static readonly ZipRule UnpackedSize = new("UNPACKED_SIZE", "unpacks to too many bytes");
    internal static readonly ZipRule TotalRatio = new("TOTAL_RATIO", "unpacks to too many times its size");

    // Of one entry.
    internal static readonly ZipRule Encrypted = new("ENCRYPTED", "is encrypted");
    internal static readonly ZipRule UnknownCompression = new("UNKNOWN_COMPRESSION", "uses a compression that not every client knows");
    internal static readonly ZipRule SymbolicLink = new("SYMBOLIC_LINK", "is a symbolic link");
    internal static readonly ZipRule FolderWithContent = new("FOLDER_WITH_CONTENT", "is a folder with content");
    internal static readonly ZipRule ImpossibleSize = new("IMPOSSIBLE_SIZE", "claims an impossible size");
    internal static readonly ZipRule EntryRatio = new("ENTRY_RATIO", "unpacks to too many times its size");
    internal static readonly ZipRule NameLength = new("NAME_LENGTH", "has a name that is empty or over 1,024 bytes");
    internal static readonly ZipRule NameCharacter = new("NAME_CHARACTER", "has a backslash or control character in its name");
    internal static readonly ZipRule NameEncoding = new("NAME_ENCODING", "has a name that is not UTF-8");
    internal static readonly ZipRule TwoNames = new("TWO_NAMES", "has two names that differ");
    internal static readonly ZipRule PathAbsolute = new("PATH_ABSOLUTE", "has an absolute path");
    internal static readonly ZipRule PathEscapes = new("PATH_ESCAPES", "has a path that leaves its folder");
    internal static readonly ZipRule PathSegment = new("PATH_SEGMENT", "has an empty or '.' segment in its path");
    internal static readonly ZipRule DuplicatePath = new("DUPLICATE_PATH", "is there twice (upper and lower case are the same)");
    internal static readonly ZipRule OverlappingEntries = new("OVERLAPPING_ENTRIES", "overlaps the next entry or the directory");
    internal static readonly ZipRule LocalHeaderMismatch = new("LOCAL_HEADER_MISMATCH", "has a local header that contradicts the directory");
    internal static readonly ZipRule DataDescriptorMismatch = new("DATA_DESCRIPTOR_MISMATCH", "has a data descriptor that contradicts the directory");

    /// <inheritdoc/>
    public override string ToString() => Id;

    /// <summary>The exception for a ZIP that breaks the rule.</summary>
    /// <param name="detail">More about how; null when the rule says it all.</param>
    /// <param name="entry">The name of the entry, as it is in the ZIP; null for the whole file.</param>
    internal UnreadableZipException BrokenBy(string? detail = null, string? entry = null) => new(new ZipProblem(this, entry, detail));

    /// <summary>The same for a limit.</summary>
    internal UnreadableZipException Exceeded(long actual, long limit, string? entry = null) =>
        new(new ZipProblem(this, entry, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{actual:N0} of at most {limit:N0}")) { Excess = (actual, limit) });
}
