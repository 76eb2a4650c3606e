using Grpc.Core;
using MoviesNow.Catalog.Caching;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.Catalog.Validation;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Playback;

/// <summary>What a player needs, and whether it is as it should be.</summary>
[BindServiceMethod(typeof(PlaybackGrpcService), nameof(BindService))]
internal sealed class PlaybackGrpcService(PlaybackStore store, MediaValidator validator, TitleCache cache, TimeProvider time)
    : PlaybackService.PlaybackServiceBase
{
    /// <summary>Binds the methods so that remembered answers are sent as they were serialized.</summary>
    public static void BindService(ServiceBinderBase binder, PlaybackService.PlaybackServiceBase? service) =>
        PlaybackService.BindService(new SerializedAnswers.Binder(binder), service);

    public override async Task<GetPlaybackResponse> GetPlayback(GetPlaybackRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var titleId = check.Id("title_id", request.TitleId);
        var episodeId = check.OptionalId("episode_id", request.EpisodeId);
        CallerCountry.Check(check, "country", request.Country);
        check.Require(
            request.BaseUri.Length == 0 || BaseUri.IsValid(request.BaseUri),
            "base_uri",
            $"must be an absolute http or https URI that ends in /, without query, of at most {BaseUri.MaxLength} characters");
        check.ThrowIfInvalid();

        var viewer = Viewer.Of(context, request.Country, time);
        var kind = episodeId is { } episode ? $"playback:{episode:N}" : "playback";
        var playback = viewer.SeesAll
            ? await ReadAsync(titleId, episodeId, context.CancellationToken)
            : await cache.GetAsync(
                kind, titleId, cancellation => ReadAsync(titleId, episodeId, cancellation), found => IsPlayable(found.Rows, episodeId), context.CancellationToken);
        CheckPlayable(playback?.Rows, episodeId, viewer);
        return playback!.Answer(request.BaseUri);
    }

    public override async Task<ValidateMediaResponse> ValidateMedia(ValidateMediaRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var titleId = check.Id("title_id", request.TitleId);
        check.KnownOrUnspecified("depth", request.Depth);
        check.ThrowIfInvalid();

        return await validator.ValidateAsync(titleId, request.Depth, context.CancellationToken);
    }

    private async Task<CachedPlayback?> ReadAsync(Guid titleId, Guid? episodeId, CancellationToken cancellationToken) =>
        await store.ReadAsync(titleId, episodeId, cancellationToken) is { } rows ? new CachedPlayback(titleId, episodeId, rows) : null;

    private static bool IsPlayable(PlaybackRows rows, Guid? episodeId) =>
        rows.State is TitleState.Published && Missing(rows, episodeId) is ErrorReason.Unspecified;

    /// <summary>The public must not learn of a title that it may not watch: all else is told after that.</summary>
    private static void CheckPlayable(PlaybackRows? rows, Guid? episodeId, Viewer viewer)
    {
        var isAvailable = rows?.State is TitleState.Published && rows.Availability.Includes(viewer.Country, viewer.Now);
        if (rows is null || (!isAvailable && !viewer.SeesAll))
        {
            throw RpcErrors.Of(ErrorReason.TitleNotFound);
        }

        if (!isAvailable)
        {
            throw RpcErrors.Of(ErrorReason.NotAvailable);
        }

        var check = new RequestCheck();
        check.Require(rows.Kind is TitleKind.Series || episodeId is null, "episode_id", "must be empty for a film");
        check.Require(rows.Kind is TitleKind.Movie || episodeId is not null, "episode_id", "is required for a series");
        check.ThrowIfInvalid();
        if (Missing(rows, episodeId) is var missing and not ErrorReason.Unspecified)
        {
            throw RpcErrors.Of(missing);
        }
    }

    private static ErrorReason Missing(PlaybackRows rows, Guid? episodeId) =>
        episodeId is not null && !rows.HasEpisode ? ErrorReason.EpisodeNotFound
        : !rows.HasVideo ? ErrorReason.AssetNotFound
        : rows.Variants.Count == 0 ? ErrorReason.VariantNotFound
        : ErrorReason.Unspecified;
}
