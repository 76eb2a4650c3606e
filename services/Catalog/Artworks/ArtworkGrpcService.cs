using Grpc.Core;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Artworks;

/// <summary>Pictures of what lists show.</summary>
internal sealed class ArtworkGrpcService(ArtworkStore store, TimeProvider time) : ArtworkService.ArtworkServiceBase
{
    private const int MaxIds = 200;

    public override async Task<BatchGetArtworkResponse> BatchGetArtwork(BatchGetArtworkRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var titleIds = request.TitleIds.Select((id, i) => check.Id($"title_ids[{i}]", id)).ToArray();
        var episodeIds = request.EpisodeIds.Select((id, i) => check.Id($"episode_ids[{i}]", id)).ToArray();
        check.Require(titleIds.Length + episodeIds.Length is > 0 and <= MaxIds, "title_ids", $"must have 1 to {MaxIds} ids, together with episode_ids");
        CallerCountry.Check(check, "country", request.Country);
        check.ThrowIfInvalid();

        var viewer = Viewer.In(context, request.Country, time);
        return new() { Artwork = { await store.ListAsync(titleIds, episodeIds, viewer, context.CancellationToken) } };
    }
}
