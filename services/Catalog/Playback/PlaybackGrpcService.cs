using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback;

/// <summary>What a player needs: in the contract, and answered with UNIMPLEMENTED for now.</summary>
internal sealed class PlaybackGrpcService : PlaybackService.PlaybackServiceBase;
