using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Transfer.Batches;

/// <summary>Finds the title that a line is about by its id or external ids, and gives it what the line says.</summary>
internal static class TitleMerge
{
    private const string Ids = "external_ids";

    public static LineOutcome Apply(CatalogState state, TitleRecord record, DateTimeOffset now)
    {
        if (Find(state, record, out var title) is { } conflict)
        {
            return conflict;
        }

        if (title is null)
        {
            return Create(state, record, record.SourceId ?? Guid.CreateVersion7(now));
        }

        if (title.Value.Kind != record.Values.Kind)
        {
            return LineOutcome.Rejected("kind", $"is {title.Value.Kind.ToString().ToUpperInvariant()} here, and a kind never changes");
        }

        var next = title.Value.Clone();
        Merge(record.Values, record.Parts, next);
        var check = new RequestCheck();
        TitleFields.CheckTogether(check, "", next);
        if (check.Violations.Count > 0)
        {
            return new(Verdict.Rejected, [.. check.Violations.Select(violation => (violation.Field, violation.Description))]);
        }

        var id = Guid.Parse(next.Id);
        Rename(state, title.Value, next, id);
        state.AddAlias(record.SourceId, id);
        return LineOutcome.Changed(title.Become(next));
    }

    private static LineOutcome? Find(CatalogState state, TitleRecord record, out Tracked<Title>? title)
    {
        title = record.SourceId is { } sourceId ? state.Titles.GetValueOrDefault(state.Resolve(sourceId)) : null;
        foreach (var externalId in record.Values.ExternalIds)
        {
            if (!state.Works.TryGetValue(externalId, out var work))
            {
                continue;
            }

            if (work.EpisodeId is not null)
            {
                return LineOutcome.Rejected(Ids, $"{Text(externalId)} is that of an episode");
            }

            var named = state.Titles[work.TitleId];
            title ??= named;
            if (title != named)
            {
                return LineOutcome.Rejected(Ids, $"{Text(externalId)} is that of another title");
            }
        }

        return null;
    }

    private static LineOutcome Create(CatalogState state, TitleRecord record, Guid id)
    {
        var title = record.Values.Clone();
        title.Id = id.ToString();
        title.Etag = "";
        title.State = title.State is TitleState.Unspecified ? TitleState.Draft : title.State;
        state.Add(stored: null, title).Columns = record.Columns;
        foreach (var externalId in title.ExternalIds)
        {
            state.Works.Add(externalId, (id, null));
        }

        return LineOutcome.Created;
    }

    private static void Merge(Title from, TitleParts parts, Title to)
    {
        if (parts is TitleParts.Everything)
        {
            var (id, state, createTime, updateTime, etag) = (to.Id, to.State, to.CreateTime, to.UpdateTime, to.Etag);
            // What is repeated would be appended.
            to.Genres.Clear();
            to.ContentRatings.Clear();
            to.ExternalIds.Clear();
            Replace(from, to);
            to.Genres.Add(from.Genres);
            to.ContentRatings.Add(from.ContentRatings);
            to.ExternalIds.Add(from.ExternalIds);
            to.State = from.State is TitleState.Unspecified ? state : from.State;
            (to.Id, to.CreateTime, to.UpdateTime, to.Etag) = (id, createTime, updateTime, etag);
            return;
        }

        MergeSome(from, parts, to);
        foreach (var externalId in from.ExternalIds)
        {
            if (to.ExternalIds.FirstOrDefault(id => id.Scheme == externalId.Scheme) is { } old)
            {
                to.ExternalIds.Remove(old);
            }

            to.ExternalIds.Add(externalId);
        }
    }

    private static void Replace(Title from, Title to)
    {
        (to.Name, to.OriginalName, to.SortName, to.Synopsis, to.OriginalLanguage) =
            (from.Name, from.OriginalName, from.SortName, from.Synopsis, from.OriginalLanguage);
        (to.ReleaseYear, to.EndYear, to.DurationMs, to.IsAdult) = (from.ReleaseYear, from.EndYear, from.DurationMs, from.IsAdult);
        to.Availability = from.Availability.Clone();
    }

    private static void MergeSome(Title from, TitleParts parts, Title to)
    {
        bool Has(TitleParts part) => (parts & part) != TitleParts.None;
        to.Name = Has(TitleParts.Name) ? from.Name : to.Name;
        to.OriginalName = Has(TitleParts.OriginalName) ? from.OriginalName : to.OriginalName;
        to.OriginalLanguage = Has(TitleParts.OriginalLanguage) ? from.OriginalLanguage : to.OriginalLanguage;
        to.Synopsis = Has(TitleParts.Synopsis) ? from.Synopsis : to.Synopsis;
        to.ReleaseYear = Has(TitleParts.ReleaseYear) ? from.ReleaseYear : to.ReleaseYear;
        to.EndYear = Has(TitleParts.EndYear) ? from.EndYear : to.EndYear;
        to.DurationMs = Has(TitleParts.Duration) ? from.DurationMs : to.DurationMs;
        to.IsAdult = Has(TitleParts.IsAdult) ? from.IsAdult : to.IsAdult;
        if (Has(TitleParts.Genres))
        {
            to.Genres.Clear();
            to.Genres.Add(from.Genres);
        }
    }

    private static void Rename(CatalogState state, Title before, Title after, Guid id)
    {
        foreach (var gone in before.ExternalIds)
        {
            state.Works.Remove(gone);
        }

        foreach (var externalId in after.ExternalIds)
        {
            state.Works[externalId] = (id, null);
        }
    }

    public static string Text(ExternalId id) => $"{id.Scheme.ToString().ToUpperInvariant()} {id.Value}";
}
