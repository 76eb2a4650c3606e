using Grpc.Core;
using Microsoft.Extensions.Options;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Titles;
using MoviesNow.ServiceDefaults.Clients;
using MoviesNow.ServiceDefaults.Errors;
using CatalogPlayback = MoviesNow.Catalog.V1.PlaybackService.PlaybackServiceClient;

namespace MoviesNow.Delivery.Playback;

/// <summary>What is asked for.</summary>
/// <param name="TitleId">The title.</param>
/// <param name="EpisodeId">The episode; null for a film.</param>
/// <param name="Country">Country of the viewer; empty when unknown.</param>
internal readonly record struct PlaybackRequest(Guid TitleId, Guid? EpisodeId, string Country);

/// <summary>What can be played, as the catalogue decides. Answers age as <see cref="CatalogMemory{TKey, TAnswer}"/> says.</summary>
internal sealed class PlaybackDirectory(CatalogPlayback catalog, IOptions<PlaybackOptions> options, TimeProvider time) : IDisposable
{
    private readonly CatalogMemory<PlaybackRequest, Decision> _memory = new(time, isRefusal: decision => decision.Playlist is null);

    /// <summary>The playlist of what a viewer may play.</summary>
    /// <param name="request">What.</param>
    /// <param name="isPublic">Whether the caller must not learn of a title that is not available.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="RpcException">Why not, as the contract of StartPlayback says.</exception>
    public async ValueTask<ProtectedPlaylist> FindAsync(PlaybackRequest request, bool isPublic, CancellationToken cancellationToken)
    {
        var decision = await _memory.GetAsync(request, passes: found => found.Playlist is not null, AskAsync, cancellationToken);
        return decision?.Playlist ?? throw ToldTo(isPublic, decision!.Refusal!);
    }

    public void Dispose() => _memory.Dispose();

    private async Task<Decision?> AskAsync(PlaybackRequest request)
    {
        try
        {
            return new Decision(Read(request, await catalog.GetPlaybackAsync(ToCatalog(request), OutboundCalls.Alone(time))), Refusal: null);
        }
        catch (RpcException refusal) when (refusal.StatusCode is not StatusCode.Unavailable)
        {
            return new Decision(Playlist: null, refusal);
        }
    }

    private GetPlaybackRequest ToCatalog(PlaybackRequest request) => new()
    {
        TitleId = request.TitleId.ToString("D"),
        EpisodeId = request.EpisodeId?.ToString("D") ?? "",
        Country = request.Country,
        BaseUri = options.Value.CdnUrl,
    };

    private ProtectedPlaylist Read(PlaybackRequest request, GetPlaybackResponse response) =>
        ProtectedPlaylist.Of(response.HlsPlaylist, options.Value.CdnUrl, request.TitleId, request.EpisodeId) ?? throw RpcErrors.Of(ErrorReason.VariantNotFound);

    // Several callers may share a refusal, and each throws an exception of its own.
    private static RpcException ToldTo(bool isPublic, RpcException refusal) =>
        isPublic && IsNotAvailable(refusal) ? RpcErrors.Of(ErrorReason.TitleNotFound) : new RpcException(refusal.Status, refusal.Trailers);

    private static bool IsNotAvailable(RpcException refusal) =>
        string.Equals(RpcErrors.InfoOf(refusal)?.Reason, ErrorReasons.NameOf(ErrorReason.NotAvailable), StringComparison.Ordinal);

    /// <summary>What the catalogue decided.</summary>
    /// <param name="Playlist">What can be played; null when nothing can.</param>
    /// <param name="Refusal">Why not; null when it can.</param>
    private sealed record Decision(ProtectedPlaylist? Playlist, RpcException? Refusal);
}
