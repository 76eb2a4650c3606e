using nietras.SeparatedValues;

namespace MoviesNow.Catalog.Transfer.Formats;

/// <summary>
/// Files of IMDb: columns between tabs, a heading, <c>\N</c> for nothing. Quotation marks stand for themselves, so no field has a tab or
/// line break in it.
/// </summary>
internal static class TsvRows
{
    private const string Nothing = @"\N";

    private static readonly SepReaderOptions Options = Sep.New('\t').Reader(options => options with
    {
        HasHeader = false,
        DisableQuotesParsing = true,
        DisableColCountCheck = true,
        Unescape = false,
    });

    /// <summary>Reads a row; the second argument is the index of its line.</summary>
    public delegate void Take(SepReader.Row row, int line);

    /// <summary>Reads the rows of a block that have the right number of columns, and rejects the others.</summary>
    /// <exception cref="FormatException">The file does not begin with this heading.</exception>
    public static ParsedBlock Read(LineBlock block, string heading, Func<ParsedBlock, Take> take)
    {
        var parsed = new ParsedBlock(block);
        var isFirst = block.StartByte == 0;
        if (block.Lines.Count == 0)
        {
            return parsed;
        }

        var read = take(parsed);
        var columns = heading.Split('\t').Length;
        using var stream = new MemoryStream(block.Bytes.ToArray(), writable: false);
        using var rows = Options.From(stream);
        for (var line = 0; rows.MoveNext(); line++)
        {
            var row = rows.Current;
            if (isFirst && line == 0)
            {
                _ = row.Span.SequenceEqual(heading) ? 0 : throw new FormatException($"must begin with the heading {heading.Replace('\t', ' ')}");
            }
            else if (row.ColCount != columns)
            {
                parsed.Reject(line, "", $"must have {columns} columns, not {row.ColCount}");
            }
            else
            {
                read(row, line);
            }
        }

        return parsed;
    }

    /// <summary>The text of a column; empty for nothing.</summary>
    public static ReadOnlySpan<char> Text(this SepReader.Row row, int column) => row[column].Span is var text && text is Nothing ? [] : text;
}
