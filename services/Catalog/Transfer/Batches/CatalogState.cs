using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Transfer.Batches;

/// <summary>The rows that the lines of a batch are about: those that are there, and those that the batch adds.</summary>
internal sealed class CatalogState
{
    private readonly Dictionary<(Guid TitleId, int Number), Tracked<Season>> _seasonsByNumber = [];
    private readonly Dictionary<(Guid SeasonId, int Number), Tracked<Episode>> _episodesByNumber = [];

    public Dictionary<Guid, Tracked<Title>> Titles { get; } = [];

    public Dictionary<Guid, Tracked<Season>> Seasons { get; } = [];

    public Dictionary<Guid, Tracked<Episode>> Episodes { get; } = [];

    /// <summary>What has an external id: a title or, when there is one, its episode.</summary>
    public Dictionary<ExternalId, (Guid TitleId, Guid? EpisodeId)> Works { get; } = [];

    /// <summary>Ids of the file for rows that have another id here.</summary>
    public Dictionary<Guid, Guid> Aliases { get; } = [];

    /// <summary>Aliases that the batch adds.</summary>
    public Dictionary<Guid, Guid> NewAliases { get; } = [];

    /// <summary>What IMDb's title.basics says of episodes, as it is stored.</summary>
    public Dictionary<string, (string Name, long DurationMs)> ImdbNames { get; } = new(StringComparer.Ordinal);

    /// <summary>The same, as the batch changes it.</summary>
    public Dictionary<string, (string Name, long DurationMs)> NewImdbNames { get; } = new(StringComparer.Ordinal);

    /// <summary>The id here of what the file calls so.</summary>
    public Guid Resolve(Guid sourceId) => Aliases.GetValueOrDefault(sourceId, sourceId);

    public void AddAlias(Guid? sourceId, Guid targetId)
    {
        if (sourceId is { } id && id != targetId && Aliases.TryAdd(id, targetId))
        {
            NewAliases.Add(id, targetId);
        }
    }

    public Tracked<Season>? SeasonOf(Guid titleId, int number) => _seasonsByNumber.GetValueOrDefault((titleId, number));

    public Tracked<Episode>? EpisodeOf(Guid seasonId, int number) => _episodesByNumber.GetValueOrDefault((seasonId, number));

    public Tracked<Title> Add(Title? stored, Title value) => Titles[Guid.Parse(value.Id)] = new(stored, value);

    public Tracked<Season> Add(Season? stored, Season value) =>
        Seasons[Guid.Parse(value.Id)] = _seasonsByNumber[(Guid.Parse(value.TitleId), value.Number)] = new(stored, value);

    public Tracked<Episode> Add(Episode? stored, Episode value) =>
        Episodes[Guid.Parse(value.Id)] = _episodesByNumber[(Guid.Parse(value.SeasonId), value.Number)] = new(stored, value);
}
