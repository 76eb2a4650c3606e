using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Bundles;

/// <summary>The rules for new bundles that need no catalogue.</summary>
internal static class BundleChecks
{
    private const int MaxSeason = 9_999;
    private const int MaxEpisodes = 500;
    private const int MaxLabel = 200;

    private static readonly TimeSpan ShortestLife = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(60);

    // What a caller computes as "in one day" is a little less by the time that it arrives.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>Whose bundle it is, and what of it.</summary>
    public static (Guid TitleId, int? Season) Target(RequestCheck check, CreateBundleRequest request)
    {
        var titleId = check.Id("title_id", request.TitleId);
        check.Known("kind", request.Kind);
        var seasonal = request.Kind is BundleKind.Season or BundleKind.SeasonExtras;
        if (request.HasSeasonNumber)
        {
            check.Require(seasonal || request.Kind is BundleKind.Unspecified, "season_number", "is for a season or its extras only");
            check.Range("season_number", request.SeasonNumber, 0, MaxSeason);
        }
        else
        {
            check.Require(!seasonal, "season_number", "is required for a season or its extras");
        }

        check.Require(request.Kind is not BundleKind.AdHoc || request.EpisodeIds.Count > 0, "episode_ids", "are required for an ad-hoc bundle");
        check.Require(request.EpisodeIds.Count <= MaxEpisodes, "episode_ids", "must have at most 500 ids");
        var seen = new HashSet<Guid>();
        for (var i = 0; i < request.EpisodeIds.Count; i++)
        {
            var field = $"episode_ids[{i}]";
            var id = check.Id(field, request.EpisodeIds[i]);
            check.Require(id == default || seen.Add(id), field, "must not be a duplicate");
        }

        return (titleId, request.HasSeasonNumber ? request.SeasonNumber : null);
    }

    /// <summary>Its label, which is put into the form that is stored, and how long it lives.</summary>
    public static void Terms(RequestCheck check, CreateBundleRequest request, DateTimeOffset now)
    {
        request.Label = check.Text("label", request.Label, MaxLabel);
        if (check.Time("expire_time", request.ExpireTime) is { } expiry)
        {
            var life = expiry - now;
            check.Require(life >= ShortestLife - Tolerance && life <= LongestLife + Tolerance, "expire_time", "must be 1 to 60 days from now");
        }
    }

    /// <summary>The reservation that a checked request asks for.</summary>
    public static ReserveBundleRequest ToReservation(CreateBundleRequest request, Guid bundleId)
    {
        var reservation = new ReserveBundleRequest
        {
            BundleId = bundleId.ToString(),
            TitleId = request.TitleId,
            Kind = request.Kind,
            EpisodeIds = { request.EpisodeIds },
            Label = request.Label,
            ExpireTime = request.ExpireTime,
            SizeBytes = request.SizeBytes,
            Sha256 = request.Sha256,
            RequiresToken = request.RequiresToken,
        };
        if (request.HasSeasonNumber)
        {
            reservation.SeasonNumber = request.SeasonNumber;
        }

        return reservation;
    }
}
