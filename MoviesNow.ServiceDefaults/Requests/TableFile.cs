namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>
/// A table that is embedded as text: sections such as <c>[folds]</c>, each with words that white space separates. Lines that begin with
/// <c>#</c> are comments.
/// </summary>
internal sealed class TableFile
{
    private readonly Dictionary<string, List<string>> _sections = new(StringComparer.Ordinal);

    private TableFile(TextReader reader)
    {
        List<string> words = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('['))
            {
                _sections.Add(line[1..^1], words = []);
            }
            else if (!line.StartsWith('#'))
            {
                words.AddRange(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
        }
    }

    /// <summary>The words of a section.</summary>
    public IReadOnlyList<string> this[string section] => _sections[section];

    /// <summary>Reads an embedded file of this assembly.</summary>
    public static TableFile Open(string name)
    {
        using var stream = typeof(TableFile).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"'{name}' is not embedded.");
        using var reader = new StreamReader(stream);
        return new TableFile(reader);
    }
}
