using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using MoviesNow.Telemetry.Sessions;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>What a collector must know of a session, none of which changes, and what its reports said last.</summary>
/// <param name="TitleId">What plays.</param>
/// <param name="EpisodeId">The episode of it.</param>
/// <param name="StartTime">When it started, by the server's clock.</param>
/// <param name="ClockOffset">What to add to the player's clock for the server's.</param>
internal sealed record CmcdSession(Guid TitleId, Guid? EpisodeId, DateTimeOffset StartTime, TimeSpan ClockOffset)
{
    /// <summary>For one request at a time: hold <see cref="Gate"/>.</summary>
    public CmcdMemory Memory { get; init; } = new();

    public Lock Gate { get; } = new();

    /// <summary>Whether a content id is the session's: its title, or its episode.</summary>
    public bool Plays(string contentId) => Guid.TryParse(contentId, out var id) && (id == TitleId || id == EpisodeId);
}

/// <summary>
/// The sessions that report, each read once and remembered while it does. That a session was erased meanwhile is seen when its events
/// are written.
/// </summary>
internal sealed class CmcdSessions(SessionStore store, IOptions<CmcdOptions> options) : IDisposable
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(10);

    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = options.Value.RememberedSessions });

    /// <summary>The session; null when there is none.</summary>
    public async ValueTask<CmcdSession?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(id, out CmcdSession? known))
        {
            return known;
        }

        if (await store.FindAsync(id, cancellationToken) is not { } found)
        {
            return null;
        }

        var (start, clientStart) = (found.Summary.StartTime, found.Summary.ClientStartTime);
        var (position, bitrate) = (found.Progress.Playback.PositionMs, found.Progress.Playback.BitrateBps);
        return _known.Set(
            id,
            new CmcdSession(found.TitleId, found.EpisodeId, start, clientStart is null ? TimeSpan.Zero : start - clientStart.Value)
            {
                Memory = CmcdMemory.At(position, bitrate),
            },
            new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = IdleTime });
    }

    public void Forget(Guid id) => _known.Remove(id);

    public void Dispose() => _known.Dispose();
}
