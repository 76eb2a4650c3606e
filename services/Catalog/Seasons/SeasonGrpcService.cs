using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Seasons;

/// <summary>Seasons and episodes of series.</summary>
internal sealed class SeasonGrpcService(SeasonStore seasons, EpisodeStore episodes, TimeProvider time) : SeasonService.SeasonServiceBase
{
    private const int MaxSeasonNumber = 9_999;
    private const int MaxEpisodeNumber = 99_999;
    private const long MaxDurationMs = 86_400_000;

    public override async Task<CreateSeasonResponse> CreateSeason(CreateSeasonRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var titleId = check.Id("title_id", request.TitleId);
        check.Range("number", request.Number, 0, MaxSeasonNumber);
        request.Name = TitleFields.CheckName(check, "name", request.Name, required: false);
        check.ThrowIfInvalid();

        var now = time.GetUtcNow();
        var outcome = await seasons.CreateAsync(Guid.CreateVersion7(now), context.EffectId(), titleId, request.Number, request.Name, now, context.CancellationToken);
        return new() { Season = outcome.OrThrow() };
    }

    public override async Task<GetSeasonResponse> GetSeason(GetSeasonRequest request, ServerCallContext context)
    {
        var id = ReadId("season_id", request.SeasonId);
        var season = await seasons.FindAsync(id, PublishedOnly(context), context.CancellationToken);
        return new() { Season = season ?? throw RpcErrors.Of(ErrorReason.SeasonNotFound) };
    }

    public override async Task<ListSeasonsResponse> ListSeasons(ListSeasonsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var titleId = check.Id("title_id", request.TitleId);
        var size = PageToken.Size(check, request.PageSize);
        check.ThrowIfInvalid();
        var after = NumberCursor(request, request.PageToken);

        var rows = await seasons.ListAsync(titleId, PublishedOnly(context), after, size + 1, context.CancellationToken)
            ?? throw RpcErrors.Of(ErrorReason.TitleNotFound);
        var next = Page.Cut(rows, size, request, season => [season.Number.ToString(CultureInfo.InvariantCulture)]);
        return new() { Seasons = { rows }, NextPageToken = next };
    }

    public override async Task<UpdateSeasonResponse> UpdateSeason(UpdateSeasonRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var season = request.Season ?? new Season();
        var id = check.Id("season.id", season.Id);
        check.Require(season.Etag.Length > 0, "season.etag", "is required");
        var mask = UpdateMask.Read(check, request.UpdateMask, "name");
        if (mask.Has("name"))
        {
            season.Name = TitleFields.CheckName(check, "season.name", season.Name, required: false);
        }

        check.ThrowIfInvalid();

        var outcome = await seasons.RenameAsync(id, Etag.Version(season.Etag), season.Name, time.GetUtcNow(), context.CancellationToken);
        return new() { Season = outcome.OrThrow() };
    }

    public override async Task<DeleteSeasonResponse> DeleteSeason(DeleteSeasonRequest request, ServerCallContext context)
    {
        var id = ReadId("season_id", request.SeasonId);
        (await seasons.DeleteAsync(id, Etag.Version(request.Etag), context.CancellationToken)).OrThrow();
        return new();
    }

    public override async Task<CreateEpisodeResponse> CreateEpisode(CreateEpisodeRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var seasonId = check.Id("season_id", request.SeasonId);
        check.Range("number", request.Number, 0, MaxEpisodeNumber);
        request.Name = TitleFields.CheckName(check, "name", request.Name);
        request.Synopsis = TitleFields.CheckSynopsis(check, "synopsis", request.Synopsis);
        check.Range("duration_ms", request.DurationMs, 0, MaxDurationMs);
        check.ThrowIfInvalid();

        var now = time.GetUtcNow();
        return new() { Episode = (await episodes.CreateAsync(Guid.CreateVersion7(now), context.EffectId(), seasonId, request, now, context.CancellationToken)).OrThrow() };
    }

    public override async Task<GetEpisodeResponse> GetEpisode(GetEpisodeRequest request, ServerCallContext context)
    {
        var id = ReadId("episode_id", request.EpisodeId);
        var episode = await episodes.FindAsync(id, PublishedOnly(context), context.CancellationToken);
        return new() { Episode = episode ?? throw RpcErrors.Of(ErrorReason.EpisodeNotFound) };
    }

    public override async Task<ListEpisodesResponse> ListEpisodes(ListEpisodesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var seasonId = check.Id("season_id", request.SeasonId);
        var size = PageToken.Size(check, request.PageSize);
        check.ThrowIfInvalid();
        var after = NumberCursor(request, request.PageToken);

        var rows = await episodes.ListAsync(seasonId, PublishedOnly(context), after, size + 1, context.CancellationToken);
        if (rows.Count == 0 && await seasons.FindAsync(seasonId, PublishedOnly(context), context.CancellationToken) is null)
        {
            throw RpcErrors.Of(ErrorReason.SeasonNotFound);
        }

        var next = Page.Cut(rows, size, request, episode => [episode.Number.ToString(CultureInfo.InvariantCulture)]);
        return new() { Episodes = { rows }, NextPageToken = next };
    }

    public override async Task<UpdateEpisodeResponse> UpdateEpisode(UpdateEpisodeRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var episode = request.Episode ?? new Episode();
        var id = check.Id("episode.id", episode.Id);
        check.Require(episode.Etag.Length > 0, "episode.etag", "is required");
        var mask = UpdateMask.Read(check, request.UpdateMask, "name", "synopsis", "duration_ms");
        CheckMasked(check, mask, episode);
        check.ThrowIfInvalid();

        var outcome = await episodes.UpdateAsync(id, Etag.Version(episode.Etag), mask, episode, time.GetUtcNow(), context.CancellationToken);
        return new() { Episode = outcome.OrThrow() };
    }

    public override async Task<DeleteEpisodeResponse> DeleteEpisode(DeleteEpisodeRequest request, ServerCallContext context)
    {
        var id = ReadId("episode_id", request.EpisodeId);
        (await episodes.DeleteAsync(id, Etag.Version(request.Etag), context.CancellationToken)).OrThrow();
        return new();
    }

    private static void CheckMasked(RequestCheck check, UpdateMask mask, Episode episode)
    {
        if (mask.Has("name"))
        {
            episode.Name = TitleFields.CheckName(check, "episode.name", episode.Name);
        }

        if (mask.Has("synopsis"))
        {
            episode.Synopsis = TitleFields.CheckSynopsis(check, "episode.synopsis", episode.Synopsis);
        }

        if (mask.Has("duration_ms"))
        {
            check.Range("episode.duration_ms", episode.DurationMs, 0, MaxDurationMs);
        }
    }

    private static Guid ReadId(string field, string value)
    {
        var check = new RequestCheck();
        var id = check.Id(field, value);
        check.ThrowIfInvalid();
        return id;
    }

    private static bool PublishedOnly(ServerCallContext context) => !context.IsAdminOrService();

    private static int? NumberCursor(IMessage request, string token) => Page.Cursor<int>(
        request, token, 1, cursor => int.TryParse(cursor[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null);
}
