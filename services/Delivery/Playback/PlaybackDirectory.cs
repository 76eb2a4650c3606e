using Grpc.Core;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using CatalogPlayback = MoviesNow.Catalog.V1.PlaybackService.PlaybackServiceClient;

namespace MoviesNow.Delivery.Playback;

/// <summary>What is asked for.</summary>
/// <param name="TitleId">The title.</param>
/// <param name="EpisodeId">The episode; null for a film.</param>
/// <param name="Country">Country of the viewer; empty when unknown.</param>
internal readonly record struct PlaybackRequest(Guid TitleId, Guid? EpisodeId, string Country);

/// <summary>
/// What can be played, as the catalogue decides. Memory only ever lets something be played, never refuses: a second old at most, or five
/// while the catalogue does not answer.
/// </summary>
internal sealed class PlaybackDirectory(CatalogPlayback catalog, IOptions<PlaybackOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>How old an answer may be.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    /// <summary>How old an answer may be while the catalogue does not answer.</summary>
    public static readonly TimeSpan OutageFreshness = TimeSpan.FromSeconds(5);

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    /// <summary>The playlist of what a viewer may play.</summary>
    /// <param name="request">What.</param>
    /// <param name="isPublic">Whether the caller must not learn of a title that is not available.</param>
    /// <param name="outbound">Options of the call of the catalogue.</param>
    /// <exception cref="RpcException">Why not, as the contract of StartPlayback says.</exception>
    public ValueTask<ProtectedPlaylist> FindAsync(PlaybackRequest request, bool isPublic, CallOptions outbound)
    {
        var now = time.GetUtcNow();
        return _cache.TryGetValue(request, out Answer? known) && now - known!.Asked < Freshness
            ? new ValueTask<ProtectedPlaylist>(known.Playlist)
            : new ValueTask<ProtectedPlaylist>(AskAsync(request, known, isPublic, outbound, now));
    }

    public void Dispose() => _cache.Dispose();

    private async Task<ProtectedPlaylist> AskAsync(PlaybackRequest request, Answer? known, bool isPublic, CallOptions outbound, DateTimeOffset now)
    {
        try
        {
            var playlist = Read(request, await catalog.GetPlaybackAsync(ToCatalog(request), outbound));
            // Its age counts from the question: a slow answer is old when it comes.
            _cache.Set(request, new Answer(playlist, now), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = OutageFreshness });
            return playlist;
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.Unavailable && known is not null && time.GetUtcNow() - known.Asked < OutageFreshness)
        {
            return known.Playlist;
        }
        catch (RpcException exception) when (isPublic && IsUnavailable(exception))
        {
            _cache.Remove(request);
            throw RpcErrors.Of(ErrorReason.TitleNotFound);
        }
        catch (RpcException exception) when (exception.StatusCode is not StatusCode.Unavailable)
        {
            _cache.Remove(request);
            throw;
        }
    }

    private static bool IsUnavailable(RpcException exception) =>
        string.Equals(RpcErrors.InfoOf(exception)?.Reason, ErrorReasons.NameOf(ErrorReason.NotAvailable), StringComparison.Ordinal);

    private GetPlaybackRequest ToCatalog(PlaybackRequest request) => new()
    {
        TitleId = request.TitleId.ToString("D"),
        EpisodeId = request.EpisodeId?.ToString("D") ?? "",
        Country = request.Country,
        BaseUri = options.Value.CdnUrl,
    };

    private ProtectedPlaylist Read(PlaybackRequest request, GetPlaybackResponse response) =>
        ProtectedPlaylist.Of(response.HlsPlaylist, options.Value.CdnUrl, request.TitleId, request.EpisodeId) ?? throw RpcErrors.Of(ErrorReason.VariantNotFound);

    private sealed record Answer(ProtectedPlaylist Playlist, DateTimeOffset Asked);
}
