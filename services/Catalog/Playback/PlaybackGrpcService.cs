using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Playback;

/// <summary>What a player needs. Examining media is answered with UNIMPLEMENTED for now.</summary>
internal sealed class PlaybackGrpcService(PlaybackStore store, TimeProvider time) : PlaybackService.PlaybackServiceBase
{
    public override async Task<GetPlaybackResponse> GetPlayback(GetPlaybackRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var titleId = check.Id("title_id", request.TitleId);
        var episodeId = check.OptionalId("episode_id", request.EpisodeId);
        check.Country("country", request.Country);
        check.Require(
            request.BaseUri.Length == 0 || BaseUri.IsValid(request.BaseUri),
            "base_uri",
            $"must be an absolute http or https URI that ends in /, without query, of at most {BaseUri.MaxLength} characters");
        check.ThrowIfInvalid();

        var rows = await store.ReadAsync(titleId, episodeId, request.Country, time.GetUtcNow(), context.CancellationToken);
        CheckPlayable(rows, episodeId, context.IsAdminOrService());
        var folder = episodeId is { } episode ? $"hls/{titleId:D}/{episode:D}/" : $"hls/{titleId:D}/";
        var source = new PlaybackSource(
            [.. rows!.Variants.Where(variant => variant.IsStreamable)],
            [.. rows.Variants.Where(variant => variant.IsAudioOnly)],
            [.. rows.Assets.Where(IsText)],
            rows.OriginalLanguage,
            folder,
            request.BaseUri);
        return PlaybackAnswer.Of(source, rows.Assets.Where(asset => !IsText(asset)));
    }

    /// <summary>The public must not learn of a title that it may not watch: all else is told after that.</summary>
    private static void CheckPlayable(PlaybackRows? rows, Guid? episodeId, bool seesAll)
    {
        if (rows is null || (!rows.IsAvailable && !seesAll))
        {
            throw RpcErrors.Of(ErrorReason.TitleNotFound);
        }

        if (!rows.IsAvailable)
        {
            throw RpcErrors.Of(ErrorReason.NotAvailable);
        }

        var check = new RequestCheck();
        check.Require(rows.Kind is TitleKind.Series || episodeId is null, "episode_id", "must be empty for a film");
        check.Require(rows.Kind is TitleKind.Movie || episodeId is not null, "episode_id", "is required for a series");
        check.ThrowIfInvalid();
        var missing = episodeId is not null && !rows.HasEpisode ? ErrorReason.EpisodeNotFound
            : !rows.HasVideo ? ErrorReason.AssetNotFound
            : rows.Variants.Count == 0 ? ErrorReason.VariantNotFound
            : ErrorReason.Unspecified;
        if (missing is not ErrorReason.Unspecified)
        {
            throw RpcErrors.Of(missing);
        }
    }

    private static bool IsText(MediaAsset asset) => asset.Kind is AssetKind.Subtitle or AssetKind.Caption;
}
