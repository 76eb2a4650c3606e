using MoviesNow.Catalog.Seasons;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using Npgsql;

namespace MoviesNow.Catalog.Transfer.Batches;

/// <summary>Reads the rows that the lines of a batch are about, a statement for each table, and locks the titles among them.</summary>
internal sealed class BatchLoader(NpgsqlConnection connection, Guid importId)
{
    // What ids of the file will stand for when the lines before have been imported.
    private readonly Dictionary<Guid, Guid> _expected = [];

    /// <summary>Reads within the connection's transaction.</summary>
    public async Task<CatalogState> LoadAsync(IReadOnlyList<ImportRecord> records, CancellationToken cancellationToken)
    {
        var state = new CatalogState();
        await LoadAliasesAsync(state, records, cancellationToken);
        await LoadWorksAsync(state, records, cancellationToken);
        await LoadImdbNamesAsync(state, records, cancellationToken);
        var seasons = records.OfType<SeasonRecord>().ToArray();
        var episodes = records.OfType<EpisodeRecord>().ToArray();
        var places = records.OfType<ImdbPlaceRecord>().ToArray();
        await LoadTitlesAsync(
            state,
            [
                .. state.Works.Values.Where(work => work.EpisodeId is null).Select(work => work.TitleId),
                .. records.OfType<TitleRecord>().Select(record => record.SourceId).OfType<Guid>().Select(state.Resolve),
                .. seasons.Select(record => state.Resolve(record.TitleId)),
            ],
            cancellationToken);
        if (seasons.Length + episodes.Length + places.Length == 0 && state.Works.Values.All(work => work.EpisodeId is null))
        {
            return WithoutLost(state);
        }

        ExpectTitles(state, records.OfType<TitleRecord>());
        await LoadSeasonsAsync(state, seasons, episodes, places, cancellationToken);
        await LoadEpisodesAsync(state, episodes, places, cancellationToken);
        return WithoutLost(state);
    }

    /// <summary>Drops external ids of works that were deleted while their rows were read.</summary>
    private static CatalogState WithoutLost(CatalogState state)
    {
        var lost = state.Works
            .Where(work => work.Value.EpisodeId is { } episodeId ? !state.Episodes.ContainsKey(episodeId) : !state.Titles.ContainsKey(work.Value.TitleId))
            .Select(work => work.Key).ToArray();
        Array.ForEach(lost, id => state.Works.Remove(id));
        return state;
    }

    private async Task LoadAliasesAsync(CatalogState state, IReadOnlyList<ImportRecord> records, CancellationToken cancellationToken)
    {
        var ids = records.SelectMany(IdsOf).OfType<Guid>().Distinct().ToArray();
        if (ids.Length == 0)
        {
            return;
        }

        await using var command = connection.BatchCommand(
            "SELECT source_id, target_id FROM catalog_import_alias WHERE import_id = $1 AND source_id = ANY ($2)", importId, ids);
        foreach (var (source, target) in await command.ListAsync(row => (row.GetGuid(0), row.GetGuid(1)), cancellationToken))
        {
            state.Aliases.Add(source, target);
        }
    }

    private async Task LoadWorksAsync(CatalogState state, IReadOnlyList<ImportRecord> records, CancellationToken cancellationToken)
    {
        var ids = records.SelectMany(ExternalIdsOf).ToHashSet();
        if (ids.Count == 0)
        {
            return;
        }

        // Nested loops over the primary key: a table without statistics, as after the first batches, would be read whole.
        await using var command = connection.BatchCommand("""
            SELECT scheme || ' ' || value, title_id, episode_id
            FROM unnest($1::text[], $2::text[]) AS asked (scheme, value)
            CROSS JOIN LATERAL (
                SELECT title_id, episode_id FROM external_id WHERE external_id.scheme = asked.scheme AND external_id.value = asked.value LIMIT 1) AS found
            """, ExternalIdStore.Schemes(ids), ExternalIdStore.Values(ids));
        var works = await command.ListAsync(
            row => (Id: ExternalIdStore.Read([row.GetString(0)]).Single(), TitleId: row.GetGuid(1), EpisodeId: row.IsDBNull(2) ? default(Guid?) : row.GetGuid(2)),
            cancellationToken);
        works.ForEach(work => state.Works.Add(work.Id, (work.TitleId, work.EpisodeId)));
    }

    private async Task LoadImdbNamesAsync(CatalogState state, IReadOnlyList<ImportRecord> records, CancellationToken cancellationToken)
    {
        var ids = records.Select(record => record switch { ImdbNameRecord name => name.EpisodeId, ImdbPlaceRecord place => place.EpisodeId, _ => null })
            .OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        if (ids.Length == 0)
        {
            return;
        }

        await using var command = connection.BatchCommand("SELECT id, name, duration_ms FROM imdb_episode WHERE id = ANY ($1)", (object)ids);
        foreach (var (id, name, durationMs) in await command.ListAsync(row => (row.GetString(0), row.GetString(1), row.GetInt64(2)), cancellationToken))
        {
            state.ImdbNames.Add(id, (name, durationMs));
        }
    }

    private async Task LoadTitlesAsync(CatalogState state, HashSet<Guid> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return;
        }

        // In the order of their ids, so that two imports never wait for each other in a circle.
        await using var command = connection.BatchCommand(
            $"SELECT {TitleRow.Columns} FROM title WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE OF title", (object)ids.ToArray());
        foreach (var title in await command.ListAsync(TitleRow.Read, cancellationToken))
        {
            state.Add(title, title);
            foreach (var externalId in title.ExternalIds)
            {
                state.Works[externalId] = (Guid.Parse(title.Id), null);
            }
        }
    }

    private async Task LoadSeasonsAsync(
        CatalogState state, SeasonRecord[] seasons, EpisodeRecord[] episodes, ImdbPlaceRecord[] places, CancellationToken cancellationToken)
    {
        var numbers = seasons.Select(record => (TitleId: Expect(state, record.TitleId), record.Values.Number))
            .Concat(places.Select(place => (TitleId: SeriesOf(state, place), Number: place.Season)).Where(place => place.TitleId != default))
            .Distinct().ToArray();
        var ids = seasons.Select(record => record.SourceId).OfType<Guid>().Concat(episodes.Select(record => record.SeasonId))
            .Select(id => Expect(state, id)).Distinct().ToArray();
        await using var command = connection.BatchCommand($"""
            SELECT {SeasonStore.Columns} FROM season WHERE id = ANY ($1)
            UNION
            SELECT {SeasonStore.Columns} FROM unnest($2::uuid[], $3::int[]) AS asked (title_id, number) JOIN season USING (title_id, number)
            """, ids, numbers.Select(key => key.TitleId).ToArray(), numbers.Select(key => key.Number).ToArray());
        (await command.ListAsync(SeasonStore.Read, cancellationToken)).ForEach(season => state.Add(season, season));
        foreach (var record in seasons)
        {
            if (record.SourceId is { } id && !state.Seasons.ContainsKey(state.Resolve(id))
                && state.SeasonOf(Expect(state, record.TitleId), record.Values.Number) is { } season)
            {
                _expected[id] = Guid.Parse(season.Value.Id);
            }
        }
    }

    private async Task LoadEpisodesAsync(CatalogState state, EpisodeRecord[] episodes, ImdbPlaceRecord[] places, CancellationToken cancellationToken)
    {
        var numbers = episodes.Select(record => (SeasonId: Expect(state, record.SeasonId), record.Values.Number))
            .Concat(places.Select(place => (state.SeasonOf(SeriesOf(state, place), place.Season)?.Value.Id, place.Number))
                .Where(place => place.Id is not null).Select(place => (SeasonId: Guid.Parse(place.Id!), place.Number)))
            .Distinct().ToArray();
        var ids = episodes.Select(record => record.SourceId).OfType<Guid>().Select(state.Resolve)
            .Concat(state.Works.Values.Select(work => work.EpisodeId).OfType<Guid>()).Distinct().ToArray();
        await using var command = connection.BatchCommand($"""
            SELECT {EpisodeStore.Columns} FROM episode
            WHERE id = ANY ($1)
               OR id = ANY (ARRAY(SELECT episode.id FROM unnest($2::uuid[], $3::int[]) AS asked (season_id, number) JOIN episode USING (season_id, number)))
            ORDER BY id FOR NO KEY UPDATE OF episode
            """, ids, numbers.Select(key => key.SeasonId).ToArray(), numbers.Select(key => key.Number).ToArray());
        foreach (var episode in await command.ListAsync(EpisodeStore.Read, cancellationToken))
        {
            state.Add(episode, episode);
            foreach (var externalId in episode.ExternalIds)
            {
                state.Works[externalId] = (Guid.Parse(episode.TitleId), Guid.Parse(episode.Id));
            }
        }
    }

    private Guid Expect(CatalogState state, Guid sourceId) => _expected.GetValueOrDefault(sourceId, state.Resolve(sourceId));

    /// <summary>Finds the titles whose lines have other ids than the rows that their external ids lead to.</summary>
    private void ExpectTitles(CatalogState state, IEnumerable<TitleRecord> titles)
    {
        foreach (var record in titles)
        {
            if (record.SourceId is { } id && !state.Titles.ContainsKey(state.Resolve(id))
                && record.Values.ExternalIds.Where(state.Works.ContainsKey).Select(externalId => state.Works[externalId]).FirstOrDefault() is
                { EpisodeId: null } work && work.TitleId != default)
            {
                _expected[id] = work.TitleId;
            }
        }
    }

    private static Guid SeriesOf(CatalogState state, ImdbPlaceRecord place) =>
        state.Works.TryGetValue(Imdb(place.SeriesId), out var work) && work.EpisodeId is null ? work.TitleId : default;

    private static IEnumerable<Guid?> IdsOf(ImportRecord record) => record switch
    {
        TitleRecord title => [title.SourceId],
        SeasonRecord season => [season.SourceId, season.TitleId],
        EpisodeRecord episode => [episode.SourceId, episode.SeasonId],
        _ => [],
    };

    private static IEnumerable<ExternalId> ExternalIdsOf(ImportRecord record) => record switch
    {
        TitleRecord title => title.Values.ExternalIds,
        EpisodeRecord episode => episode.Values.ExternalIds,
        ImdbPlaceRecord place => [Imdb(place.EpisodeId), Imdb(place.SeriesId)],
        ImdbNameRecord name => [Imdb(name.EpisodeId)],
        _ => [],
    };

    private static ExternalId Imdb(string value) => new() { Scheme = ExternalIdScheme.Imdb, Value = value };
}
