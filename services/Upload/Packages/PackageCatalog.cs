using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Upload.Packages;

/// <summary>What packages ask of the catalogue. Every call is safe to repeat, and takes ten seconds at most.</summary>
internal sealed class PackageCatalog(
    TitleService.TitleServiceClient titles,
    SeasonService.SeasonServiceClient seasons,
    PackageService.PackageServiceClient packages,
    TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The season of an episode; null for a film.</summary>
    /// <exception cref="RpcException">
    /// NOT_FOUND <c>TITLE_NOT_FOUND</c> or <c>EPISODE_NOT_FOUND</c>, also when it is another title's; INVALID_ARGUMENT for a series without an
    /// episode and a film with one.
    /// </exception>
    public async Task<Guid?> SeasonOfAsync(Guid titleId, Guid? episodeId, CancellationToken cancellationToken)
    {
        var title = (await titles.GetTitleAsync(new GetTitleRequest { TitleId = titleId.ToString() }, Options(cancellationToken))).Title;
        var check = new RequestCheck();
        check.Require(title.Kind is TitleKind.Series || episodeId is null, "episode_id", "must be empty for a film");
        check.Require(title.Kind is not TitleKind.Series || episodeId is not null, "episode_id", "is required for a series");
        check.ThrowIfInvalid();
        if (episodeId is null)
        {
            return null;
        }

        var answer = await seasons.GetEpisodeAsync(new GetEpisodeRequest { EpisodeId = episodeId.ToString() }, Options(cancellationToken));
        return Guid.Parse(answer.Episode.TitleId) == titleId
            ? Guid.Parse(answer.Episode.SeasonId)
            : throw RpcErrors.Of(ErrorReason.EpisodeNotFound);
    }

    /// <summary>Publishes a package that is recording.</summary>
    /// <returns>The id of the video asset; null when a later package took its place.</returns>
    /// <exception cref="RpcException">The catalogue refuses.</exception>
    public async Task<Guid?> PublishAsync(PackageSession package, CancellationToken cancellationToken)
    {
        var request = PublishPackageRequest.Parser.ParseFrom(package.Publication);
        request.Revision = package.Revision!.Value;
        try
        {
            return Guid.Parse((await packages.PublishPackageAsync(request, Options(cancellationToken))).Asset.Id);
        }
        catch (RpcException e) when (string.Equals(
            RpcErrors.InfoOf(e)?.Reason, ErrorReasons.NameOf(ErrorReason.PackageSuperseded), StringComparison.Ordinal))
        {
            return null;
        }
    }

    private CallOptions Options(CancellationToken cancellationToken) =>
        new(deadline: time.GetUtcNow().UtcDateTime + Limit, cancellationToken: cancellationToken);
}
