using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Transfer.Batches;

/// <summary>Finds the season or episode that a line is about by its id, external ids or number, and gives it what the line says.</summary>
internal static class EpisodeMerge
{
    public static LineOutcome Apply(CatalogState state, SeasonRecord record, DateTimeOffset now)
    {
        if (!state.Titles.TryGetValue(state.Resolve(record.TitleId), out var title) || title.Value.Kind is not TitleKind.Series)
        {
            return LineOutcome.Rejected("season.title_id", title is null ? "is no title here" : "is a film");
        }

        var titleId = Guid.Parse(title.Value.Id);
        var known = record.SourceId is { } sourceId ? state.Seasons.GetValueOrDefault(state.Resolve(sourceId)) : null;
        var season = known ?? state.SeasonOf(titleId, record.Values.Number);
        if (season is null)
        {
            CreateSeason(state, record.SourceId ?? Guid.CreateVersion7(now), titleId, record.Values);
            return LineOutcome.Created;
        }

        if (season.Value.TitleId != title.Value.Id || season.Value.Number != record.Values.Number)
        {
            return LineOutcome.Rejected("season.number", $"is {season.Value.Number} here, and a season never moves");
        }

        var next = season.Value.Clone();
        (next.Name, next.Synopsis) = (record.Values.Name, record.Values.Synopsis);
        state.AddAlias(record.SourceId, Guid.Parse(season.Value.Id));
        return LineOutcome.Changed(season.Become(next));
    }

    public static LineOutcome Apply(CatalogState state, EpisodeRecord record, DateTimeOffset now)
    {
        if (!state.Seasons.TryGetValue(state.Resolve(record.SeasonId), out var season))
        {
            return LineOutcome.Rejected("episode.season_id", "is no season here");
        }

        var known = record.SourceId is { } sourceId ? state.Episodes.GetValueOrDefault(state.Resolve(sourceId)) : null;
        return Place(state, season.Value, record.Values, record.SourceId, known, now, keepsOthers: false, "episode.");
    }

    public static LineOutcome Apply(CatalogState state, ImdbPlaceRecord record, DateTimeOffset now)
    {
        if (!state.Works.TryGetValue(Imdb(record.SeriesId), out var series) || series.EpisodeId is not null
            || state.Titles[series.TitleId].Value.Kind is not TitleKind.Series)
        {
            return LineOutcome.Rejected("parentTconst", "is no series here: import title.basics first");
        }

        if (NameOf(state, record.EpisodeId) is not { } name)
        {
            return LineOutcome.Rejected("tconst", "has no name: import title.basics first");
        }

        var season = state.SeasonOf(series.TitleId, record.Season)
            ?? CreateSeason(state, Guid.CreateVersion7(now), series.TitleId, new Season { Number = record.Season });
        var episode = new Episode { Number = record.Number, Name = name.Name, DurationMs = name.DurationMs, ExternalIds = { Imdb(record.EpisodeId) } };
        return Place(state, season.Value, episode, sourceId: null, known: null, now, keepsOthers: true, "");
    }

    /// <summary>Gives what title.basics says of an episode to the episode; when that has no place yet, keeps it until then.</summary>
    public static LineOutcome Apply(CatalogState state, ImdbNameRecord record)
    {
        if (state.Works.TryGetValue(Imdb(record.EpisodeId), out var work))
        {
            if (work.EpisodeId is null)
            {
                return LineOutcome.Rejected("tconst", "is that of a title here");
            }

            var episode = state.Episodes[work.EpisodeId.Value];
            var next = episode.Value.Clone();
            next.Name = record.Name;
            next.DurationMs = record.DurationMs > 0 ? record.DurationMs : next.DurationMs;
            return LineOutcome.Changed(episode.Become(next));
        }

        var name = (record.Name, record.DurationMs);
        var old = NameOf(state, record.EpisodeId);
        // A name that is said again waits for longer.
        state.NewImdbNames[record.EpisodeId] = name;
        return old is null ? LineOutcome.Created : LineOutcome.Changed(old != name);
    }

    /// <summary>Name and running time of an episode: its own when it has a place, else what title.basics said of it; null when that is not known.</summary>
    private static (string Name, long DurationMs)? NameOf(CatalogState state, string imdbId) =>
        state.Works.TryGetValue(Imdb(imdbId), out var work) && work.EpisodeId is { } id ? (state.Episodes[id].Value.Name, state.Episodes[id].Value.DurationMs)
        : state.NewImdbNames.TryGetValue(imdbId, out var name) || state.ImdbNames.TryGetValue(imdbId, out name) ? name
        : null;

    private static LineOutcome Place(
        CatalogState state, Season season, Episode values, Guid? sourceId, Tracked<Episode>? known, DateTimeOffset now, bool keepsOthers,
        string prefix)
    {
        var seasonId = Guid.Parse(season.Id);
        foreach (var externalId in values.ExternalIds)
        {
            if (!state.Works.TryGetValue(externalId, out var work))
            {
                continue;
            }

            var named = work.EpisodeId is { } episodeId ? state.Episodes[episodeId] : null;
            known ??= named;
            if (named is null || known != named)
            {
                return LineOutcome.Rejected(prefix + "external_ids", $"{TitleMerge.Text(externalId)} is that of another title or episode");
            }
        }

        var there = state.EpisodeOf(seasonId, values.Number);
        if (known is not null && known != there)
        {
            return LineOutcome.Rejected(prefix + "number", $"is {known.Value.Number} here or of another season, and an episode never moves");
        }

        if (there is null)
        {
            var made = values.Clone();
            (made.Id, made.TitleId, made.SeasonId, made.Etag) = ((sourceId ?? Guid.CreateVersion7(now)).ToString(), season.TitleId, season.Id, "");
            state.Add(stored: null, made);
            Name(state, made);
            return LineOutcome.Created;
        }

        if (keepsOthers && values.ExternalIds.FirstOrDefault(id => there.Value.ExternalIds.Any(old => old.Scheme == id.Scheme && !old.Equals(id))) is { } other)
        {
            return LineOutcome.Rejected(prefix + "number", $"is that of another episode than {other.Value}");
        }

        var next = Merge(values, there.Value, keepsOthers);
        foreach (var gone in there.Value.ExternalIds)
        {
            state.Works.Remove(gone);
        }

        Name(state, next);
        state.AddAlias(sourceId, Guid.Parse(next.Id));
        return LineOutcome.Changed(there.Become(next));
    }

    private static Episode Merge(Episode from, Episode there, bool keepsOthers)
    {
        var to = there.Clone();
        to.Name = from.Name;
        to.DurationMs = keepsOthers && from.DurationMs == 0 ? to.DurationMs : from.DurationMs;
        if (!keepsOthers)
        {
            (to.Synopsis, to.AirDate) = (from.Synopsis, from.AirDate);
        }

        var ids = keepsOthers ? from.ExternalIds.UnionBy(there.ExternalIds, id => id.Scheme).OrderBy(id => id.Scheme).ToArray() : [.. from.ExternalIds];
        to.ExternalIds.Clear();
        to.ExternalIds.Add(ids);
        return to;
    }

    private static Tracked<Season> CreateSeason(CatalogState state, Guid id, Guid titleId, Season values)
    {
        var season = values.Clone();
        (season.Id, season.TitleId, season.Etag) = (id.ToString(), titleId.ToString(), "");
        return state.Add(stored: null, season);
    }

    private static void Name(CatalogState state, Episode episode)
    {
        foreach (var externalId in episode.ExternalIds)
        {
            state.Works[externalId] = (Guid.Parse(episode.TitleId), Guid.Parse(episode.Id));
        }
    }

    private static ExternalId Imdb(string value) => new() { Scheme = ExternalIdScheme.Imdb, Value = value };
}
