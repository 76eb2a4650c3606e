using System.Globalization;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Seasons;

/// <summary>The rules for the fields of episodes.</summary>
internal static class EpisodeFields
{
    /// <summary>The most episodes that one call creates.</summary>
    public const int MaxBatch = 2_000;

    public const int MaxNumber = 99_999;

    private const string DateFormat = "yyyy-MM-dd";

    private static readonly DateOnly MinDate = new(TitleFields.MinYear, 1, 1);
    private static readonly DateOnly MaxDate = new(TitleFields.MaxYear, 12, 31);

    /// <summary>The fields that an update may name.</summary>
    public static readonly string[] Changeable = ["name", "synopsis", "duration_ms", "air_date", "external_ids"];

    /// <summary>Checks a new episode, and brings its fields into their canonical form.</summary>
    public static Episode Read(RequestCheck check, string prefix, CreateEpisodeRequest request)
    {
        var episode = new Episode
        {
            Number = request.Number,
            Name = request.Name,
            Synopsis = request.Synopsis,
            DurationMs = request.DurationMs,
            AirDate = request.AirDate,
            ExternalIds = { request.ExternalIds },
        };
        CheckNew(check, prefix, episode);
        return episode;
    }

    /// <summary>Checks all fields of an episode, and brings them into their canonical form.</summary>
    public static void CheckNew(RequestCheck check, string prefix, Episode episode)
    {
        check.Range(prefix + "number", episode.Number, 0, MaxNumber);
        Check(check, prefix, episode, UpdateMask.All);
    }

    /// <summary>Checks the episodes of a batch, each by itself and all together.</summary>
    public static Episode[] Read(RequestCheck check, BatchCreateEpisodesRequest request)
    {
        check.Require(request.Requests.Count is > 0 and <= MaxBatch, "requests", $"must have 1 to {MaxBatch:N0} episodes");
        var numbers = new HashSet<int>();
        var externalIds = new HashSet<ExternalId>();
        return [.. request.Requests.Take(MaxBatch).Select((item, i) =>
        {
            var prefix = $"requests[{i}].";
            check.Require(item.SeasonId.Length == 0 || item.SeasonId == request.SeasonId, prefix + "season_id", "must be empty or the season_id of the batch");
            check.Require(numbers.Add(item.Number), prefix + "number", "is that of an episode before");
            check.Require(item.ExternalIds.All(externalIds.Add), prefix + "external_ids", "has an id of an episode before");
            return Read(check, prefix, item);
        })];
    }

    /// <summary>Checks the fields that the mask names, and brings them into their canonical form.</summary>
    public static void Check(RequestCheck check, string prefix, Episode episode, UpdateMask mask)
    {
        if (mask.Has("name"))
        {
            episode.Name = TitleFields.CheckName(check, prefix + "name", episode.Name);
        }

        if (mask.Has("synopsis"))
        {
            episode.Synopsis = TitleFields.CheckSynopsis(check, prefix + "synopsis", episode.Synopsis);
        }

        if (mask.Has("duration_ms"))
        {
            TitleFields.CheckDuration(check, prefix + "duration_ms", episode.DurationMs);
        }

        if (mask.Has("air_date"))
        {
            check.Require(episode.AirDate.Length == 0 || Date(episode.AirDate) is not null, prefix + "air_date",
                $"must be a day such as 2026-03-14, {TitleFields.MinYear} to {TitleFields.MaxYear}");
        }

        if (mask.Has("external_ids"))
        {
            ExternalIds.Check(check, prefix + "external_ids", episode.ExternalIds, "episode");
        }
    }

    /// <summary>The day as the database has it; null when it is unknown or not one.</summary>
    public static DateOnly? Date(string text) =>
        DateOnly.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date >= MinDate && date <= MaxDate
            ? date
            : null;

    /// <summary>The day as the contract has it.</summary>
    public static string Text(DateOnly date) => date.ToString(DateFormat, CultureInfo.InvariantCulture);
}
