using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Transfer.Formats;

/// <summary>Understands the lines of a format.</summary>
internal interface IRecordReader
{
    /// <summary>What the lines of a block say.</summary>
    /// <exception cref="FormatException">The file is of another format.</exception>
    ParsedBlock Read(LineBlock block);
}

internal static class RecordReaders
{
    public static IRecordReader Of(ImportFormat format) => format switch
    {
        ImportFormat.JsonLines => new JsonLinesReader(),
        ImportFormat.ImdbTitleBasics => new ImdbBasicsReader(),
        ImportFormat.ImdbTitleEpisode => new ImdbEpisodeReader(),
        ImportFormat.TmdbJson => new TmdbReader(),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };
}
