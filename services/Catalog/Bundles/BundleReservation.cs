using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Bundles;

/// <summary>A request to reserve a bundle, checked.</summary>
internal sealed record BundleReservation(
    Guid Id,
    Guid TitleId,
    BundleKind Kind,
    int? SeasonNumber,
    Guid[] EpisodeIds,
    string Label,
    DateTimeOffset? ExpireTime,
    long SizeBytes,
    string Sha256,
    bool RequiresToken)
{
    public const int MaxLabelLength = 200;
    private const int MaxSeasonNumber = 9_999;
    private const int MaxEpisodes = 500;
    private const int SortableUuidVersion = 7;

    public static BundleReservation Read(RequestCheck check, ReserveBundleRequest request)
    {
        var id = check.Id("bundle_id", request.BundleId);
        check.Require(id == default || id.Version == SortableUuidVersion, "bundle_id", "must be a UUID of version 7");
        var titleId = check.Id("title_id", request.TitleId);
        check.Known("kind", request.Kind);
        CheckSeason(check, request);
        var episodes = ReadEpisodes(check, request);
        var label = check.Text("label", request.Label, MaxLabelLength);
        var expireTime = check.Time("expire_time", request.ExpireTime)?.ToMicroseconds();
        check.Require(request.SizeBytes > 0, "size_bytes", "must be positive");
        check.Sha256("sha256", request.Sha256);
        return new(
            id, titleId, request.Kind, request.HasSeasonNumber ? request.SeasonNumber : null, episodes, label, expireTime,
            request.SizeBytes, request.Sha256, request.RequiresToken);
    }

    /// <summary>
    /// True when the bundle is the one that was asked for. Label and expiry do not count: they may have been changed since.
    /// </summary>
    public bool Describes(Bundle bundle) =>
        Guid.Parse(bundle.TitleId) == TitleId
        && bundle.Kind == Kind
        && (bundle.HasSeasonNumber ? bundle.SeasonNumber : null) == SeasonNumber
        && bundle.EpisodeIds.Select(Guid.Parse).SequenceEqual(EpisodeIds)
        && bundle.SizeBytes == SizeBytes
        && string.Equals(bundle.Sha256, Sha256, StringComparison.Ordinal)
        && bundle.RequiresToken == RequiresToken;

    private static void CheckSeason(RequestCheck check, ReserveBundleRequest request)
    {
        if (request.Kind is BundleKind.Season or BundleKind.SeasonExtras)
        {
            check.Require(request.HasSeasonNumber, "season_number", "is required for a season and its extras");
        }
        else
        {
            check.Require(!request.HasSeasonNumber, "season_number", "must be absent for this kind");
        }

        check.Range("season_number", request.SeasonNumber, 0, MaxSeasonNumber);
    }

    private static Guid[] ReadEpisodes(RequestCheck check, ReserveBundleRequest request)
    {
        const string Field = "episode_ids";
        check.Require(request.EpisodeIds.Count <= MaxEpisodes, Field, $"must have at most {MaxEpisodes} ids");
        check.Require(request.Kind is not BundleKind.AdHoc || request.EpisodeIds.Count > 0, Field, "is required for an ad-hoc bundle");
        Guid[] ids = [.. request.EpisodeIds.Take(MaxEpisodes).Select(id => check.Id(Field, id))];
        check.Require(ids.Distinct().Count() == ids.Length, Field, "must not have duplicates");
        return ids;
    }
}
