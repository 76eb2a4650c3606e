using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Delivery.Bundles;

/// <summary>Bundles as the public sees them.</summary>
internal static class PublicBundles
{
    public static PublicBundle ToPublic(this Bundle bundle)
    {
        var result = new PublicBundle
        {
            Id = bundle.Id,
            TitleId = bundle.TitleId,
            Kind = bundle.Kind,
            EpisodeIds = { bundle.EpisodeIds },
            Label = bundle.Label,
            SizeBytes = bundle.SizeBytes,
            Sha256 = bundle.Sha256,
            HasManifest = bundle.ManifestKey.Length > 0,
            RequiresToken = bundle.RequiresToken,
            ExpireTime = bundle.ExpireTime,
        };
        if (bundle.HasSeasonNumber)
        {
            result.SeasonNumber = bundle.SeasonNumber;
        }

        return result;
    }
}
