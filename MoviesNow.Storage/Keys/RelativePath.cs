using System.Diagnostics.CodeAnalysis;

namespace MoviesNow.Storage;

/// <summary>
/// Where an object lies below its title, episode or variant, such as <c>1080p/segment_00001.m4s</c>: the rules of
/// <see cref="StorageKey"/>, at most <see cref="MaxLength"/> bytes so that every key built with it fits, and no id as its first segment of
/// several, which would be read back as an episode's.
/// </summary>
public sealed record RelativePath
{
    /// <summary>The longest path, in bytes.</summary>
    public const int MaxLength = 800;

    private RelativePath(string value) => Value = value;

    /// <summary>The normalised path.</summary>
    public string Value { get; }

    /// <summary>The path that is just a file name.</summary>
    public static RelativePath Of(FileNameSegment fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        return new RelativePath(fileName.Value);
    }

    /// <summary>Makes a path of <paramref name="text"/>.</summary>
    /// <exception cref="FormatException">The text breaks a rule; the message names the rule and does not repeat the text.</exception>
    public static RelativePath Parse(string? text) =>
        TryParse(text, out var path, out var violation) ? path : throw new FormatException($"The path {violation}.");

    /// <summary>Makes a path of <paramref name="text"/>, or says which rule the text breaks.</summary>
    /// <param name="text">The path as a caller spelled it.</param>
    /// <param name="path">The normalised path.</param>
    /// <param name="violation">The broken rule, worded to follow "the path"; it never repeats the text.</param>
    public static bool TryParse(
        [NotNullWhen(true)] string? text,
        [NotNullWhen(true)] out RelativePath? path,
        [NotNullWhen(false)] out string? violation)
    {
        path = null;
        if (!StorageKey.TryParse(text, out var key, out violation))
            return false;

        violation = Violation(key.Value);
        if (violation is not null)
            return false;

        path = new RelativePath(key.Value);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static string? Violation(string path)
    {
        var firstOfSeveral = path.IndexOf('/', StringComparison.Ordinal);
        if (path.Length > MaxLength)
            return "must be at most 800 bytes";

        return firstOfSeveral > 0 && KeyId.TryParse(path.AsSpan(0, firstOfSeveral), out _) ? "must not begin with an id" : null;
    }
}
