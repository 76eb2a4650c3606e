using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using MoviesNow.Catalog.Caching;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Seasons;

/// <summary>Seasons and episodes of series.</summary>
internal sealed class SeasonGrpcService(SeasonStore seasons, EpisodeStore episodes, SeasonReader reader, TitleCache cache, TimeProvider time)
    : SeasonService.SeasonServiceBase
{
    public override async Task<CreateSeasonResponse> CreateSeason(CreateSeasonRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var titleId = check.Id("title_id", request.TitleId);
        var season = new Season { Number = request.Number, Name = request.Name, Synopsis = request.Synopsis };
        SeasonFields.Check(check, "", season);
        check.ThrowIfInvalid();

        var now = time.GetUtcNow();
        var outcome = await seasons.CreateAsync(Guid.CreateVersion7(now), context.EffectId(), titleId, season, now, context.CancellationToken);
        return new() { Season = await ForgetTitleOfAsync(outcome.OrThrow()) };
    }

    public override async Task<GetSeasonResponse> GetSeason(GetSeasonRequest request, ServerCallContext context)
    {
        var id = ReadId("season_id", request.SeasonId, request.Country);
        var season = await reader.SeasonAsync(id, Viewer.In(context, request.Country, time), context.CancellationToken);
        return new() { Season = season ?? throw RpcErrors.Of(ErrorReason.SeasonNotFound) };
    }

    public override async Task<ListSeasonsResponse> ListSeasons(ListSeasonsRequest request, ServerCallContext context)
    {
        var (titleId, size, after) = ReadPage("title_id", request.TitleId, request, request.PageSize, request.PageToken, request.Country);
        var rows = await reader.SeasonsAsync(titleId, Viewer.In(context, request.Country, time), after, size + 1, context.CancellationToken)
            ?? throw RpcErrors.Of(ErrorReason.TitleNotFound);
        var next = Page.Next(rows, size, request, season => [season.Number.ToString(CultureInfo.InvariantCulture)]);
        return new() { Seasons = { rows.Take(size) }, NextPageToken = next };
    }

    public override async Task<UpdateSeasonResponse> UpdateSeason(UpdateSeasonRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var values = request.Season?.Clone() ?? new Season();
        var id = check.Id("season.id", values.Id);
        check.Require(values.Etag.Length > 0, "season.etag", "is required");
        var mask = UpdateMask.Read(check, request.UpdateMask, SeasonFields.Changeable);
        SeasonFields.Check(check, "season.", values, mask);
        check.ThrowIfInvalid();

        var season = await seasons.FindAsync(id, context.CancellationToken) ?? throw RpcErrors.Of(ErrorReason.SeasonNotFound);
        var version = Etag.Match(season.Etag, values.Etag);
        mask.Apply(values, season);
        var outcome = await seasons.UpdateAsync(id, version, season, time.GetUtcNow(), context.CancellationToken);
        return new() { Season = await ForgetTitleOfAsync(outcome.OrThrow()) };
    }

    public override async Task<DeleteSeasonResponse> DeleteSeason(DeleteSeasonRequest request, ServerCallContext context)
    {
        var id = ReadId("season_id", request.SeasonId);
        await ForgetTitleOfAsync((await seasons.DeleteAsync(id, Etag.Version(request.Etag), request.Cascade, context.CancellationToken)).OrThrow());
        return new();
    }

    public override async Task<CreateEpisodeResponse> CreateEpisode(CreateEpisodeRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var seasonId = check.Id("season_id", request.SeasonId);
        var episode = EpisodeFields.Read(check, "", request);
        check.ThrowIfInvalid();

        var outcome = await episodes.CreateAsync(context.EffectId(), seasonId, [episode], time.GetUtcNow(), context.CancellationToken);
        return new() { Episode = (await ForgetTitleOfAsync(outcome.OrThrow())).Single() };
    }

    public override async Task<BatchCreateEpisodesResponse> BatchCreateEpisodes(BatchCreateEpisodesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var seasonId = check.Id("season_id", request.SeasonId);
        var batch = EpisodeFields.Read(check, request);
        check.ThrowIfInvalid();

        var outcome = await episodes.CreateAsync(context.EffectId(), seasonId, batch, time.GetUtcNow(), context.CancellationToken);
        return new() { Episodes = { await ForgetTitleOfAsync(outcome.OrThrow()) } };
    }

    public override async Task<GetEpisodeResponse> GetEpisode(GetEpisodeRequest request, ServerCallContext context)
    {
        var id = ReadId("episode_id", request.EpisodeId, request.Country);
        var episode = await reader.EpisodeAsync(id, Viewer.In(context, request.Country, time), context.CancellationToken);
        return new() { Episode = episode ?? throw RpcErrors.Of(ErrorReason.EpisodeNotFound) };
    }

    public override async Task<ListEpisodesResponse> ListEpisodes(ListEpisodesRequest request, ServerCallContext context)
    {
        var (seasonId, size, after) = ReadPage("season_id", request.SeasonId, request, request.PageSize, request.PageToken, request.Country);
        var rows = await reader.EpisodesAsync(seasonId, Viewer.In(context, request.Country, time), after, size + 1, context.CancellationToken)
            ?? throw RpcErrors.Of(ErrorReason.SeasonNotFound);
        var next = Page.Next(rows, size, request, episode => [episode.Number.ToString(CultureInfo.InvariantCulture)]);
        return new() { Episodes = { rows.Take(size) }, NextPageToken = next };
    }

    public override async Task<UpdateEpisodeResponse> UpdateEpisode(UpdateEpisodeRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var values = request.Episode?.Clone() ?? new Episode();
        var id = check.Id("episode.id", values.Id);
        check.Require(values.Etag.Length > 0, "episode.etag", "is required");
        var mask = UpdateMask.Read(check, request.UpdateMask, EpisodeFields.Changeable);
        EpisodeFields.Check(check, "episode.", values, mask);
        check.ThrowIfInvalid();

        var episode = await episodes.FindAsync(id, context.CancellationToken) ?? throw RpcErrors.Of(ErrorReason.EpisodeNotFound);
        var version = Etag.Match(episode.Etag, values.Etag);
        mask.Apply(values, episode);
        var updated = (await episodes.UpdateAsync(id, version, episode, time.GetUtcNow(), context.CancellationToken)).OrThrow();
        return new() { Episode = (await ForgetTitleOfAsync([updated])).Single() };
    }

    public override async Task<DeleteEpisodeResponse> DeleteEpisode(DeleteEpisodeRequest request, ServerCallContext context)
    {
        var id = ReadId("episode_id", request.EpisodeId);
        await ForgetTitleOfAsync([(await episodes.DeleteAsync(id, Etag.Version(request.Etag), request.Cascade, context.CancellationToken)).OrThrow()]);
        return new();
    }

    private async Task<Season> ForgetTitleOfAsync(Season season)
    {
        await cache.ForgetAsync(Guid.Parse(season.TitleId));
        return season;
    }

    private async Task<List<Episode>> ForgetTitleOfAsync(List<Episode> ofOneSeason)
    {
        await cache.ForgetAsync(Guid.Parse(ofOneSeason[0].TitleId));
        return ofOneSeason;
    }

    private static Guid ReadId(string field, string value, string country = "")
    {
        var check = new RequestCheck();
        var id = check.Id(field, value);
        CallerCountry.Check(check, "country", country);
        check.ThrowIfInvalid();
        return id;
    }

    private static (Guid ParentId, int Size, int? After) ReadPage(
        string field, string parentId, IMessage request, int pageSize, string pageToken, string country)
    {
        var check = new RequestCheck();
        var id = check.Id(field, parentId);
        var size = PageToken.Size(check, pageSize);
        CallerCountry.Check(check, "country", country);
        check.ThrowIfInvalid();
        var after = Page.Cursor<int>(
            request, pageToken, 1, cursor => int.TryParse(cursor[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null);
        return (id, size, after);
    }
}
