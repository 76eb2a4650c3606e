using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Bundles;
using MoviesNow.ServiceDefaults.Clients;

namespace MoviesNow.Delivery.Titles;

/// <summary>A title as far as it decides what may be delivered.</summary>
/// <param name="Name">Its name, for file names.</param>
/// <param name="IsPublished">Whether the public may know of it.</param>
/// <param name="HasEpisode">Whether the episode that was asked for is one of its own; true when none was.</param>
/// <param name="Availability">When and where.</param>
internal sealed record TitleFacts(string Name, bool IsPublished, bool HasEpisode, Availability? Availability)
{
    /// <summary>Why nothing of the title may be delivered; null when it may.</summary>
    /// <param name="country">Country of the caller; empty when unknown.</param>
    /// <param name="now">The time of the call.</param>
    public ErrorReason? Refusal(string country, DateTimeOffset now) =>
        !IsPublished ? ErrorReason.TitleNotFound
        : !HasEpisode ? ErrorReason.EpisodeNotFound
        : !TitleAvailability.Allows(Availability, now, country) ? ErrorReason.NotAvailable
        : null;
}

/// <summary>
/// Whether a title, or an episode of it, may be delivered to somebody now. Answers age as <see cref="CatalogMemory{TKey, TAnswer}"/> says.
/// </summary>
internal sealed class TitleDirectory(TitleService.TitleServiceClient titles, SeasonService.SeasonServiceClient seasons, TimeProvider time) : IDisposable
{
    private readonly CatalogMemory<(Guid TitleId, Guid? EpisodeId), TitleFacts> _memory = new(time);

    /// <summary>Why a title or episode may not be delivered; null when it may. Its media may still be missing.</summary>
    /// <param name="titleId">The title.</param>
    /// <param name="episodeId">The episode; null for the title itself.</param>
    /// <param name="country">Country of the caller; empty when unknown.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>TITLE_NOT_FOUND also for titles that are not published, EPISODE_NOT_FOUND, or NOT_AVAILABLE.</returns>
    /// <exception cref="RpcException">UNAVAILABLE while the catalogue does not answer.</exception>
    public async Task<ErrorReason?> RefusalAsync(Guid titleId, Guid? episodeId, string country, CancellationToken cancellationToken)
    {
        var facts = await FindAsync(titleId, episodeId, country, cancellationToken);
        return facts is null ? ErrorReason.TitleNotFound : facts.Refusal(country, time.GetUtcNow());
    }

    /// <summary>What decides about a title or episode; null when there is no such title.</summary>
    /// <inheritdoc cref="RefusalAsync"/>
    public ValueTask<TitleFacts?> FindAsync(Guid titleId, Guid? episodeId, string country, CancellationToken cancellationToken) =>
        _memory.GetAsync((titleId, episodeId), facts => facts.Refusal(country, time.GetUtcNow()) is null, AskAsync, cancellationToken);

    public void Dispose() => _memory.Dispose();

    private async Task<TitleFacts?> AskAsync((Guid TitleId, Guid? EpisodeId) asked)
    {
        var (titleId, episodeId) = asked;
        try
        {
            var hasEpisode = episodeId is not { } id ? Task.FromResult(true) : HasEpisodeAsync(titleId, id);
            var title = (await titles.GetTitleAsync(new GetTitleRequest { TitleId = titleId.ToString() }, OutboundCalls.Alone(time))).Title;
            return new TitleFacts(title.Name, title.State is TitleState.Published, await hasEpisode, title.Availability);
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<bool> HasEpisodeAsync(Guid titleId, Guid episodeId)
    {
        try
        {
            var answer = await seasons.GetEpisodeAsync(new GetEpisodeRequest { EpisodeId = episodeId.ToString() }, OutboundCalls.Alone(time));
            return string.Equals(answer.Episode.TitleId, titleId.ToString(), StringComparison.Ordinal);
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound)
        {
            return false;
        }
    }
}
