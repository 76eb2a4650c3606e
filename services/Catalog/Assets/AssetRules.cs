using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Assets;

/// <summary>Rules of what a request says of an asset.</summary>
internal static class AssetRules
{
    private const int MaxDimension = 16_384;
    private const long MaxDurationMs = 86_400_000;
    private const double MaxFrameRate = 300;
    private const int MaxCodecsLength = 200;

    public static void CheckProperties(RequestCheck check, string field, MediaProperties? properties)
    {
        if (properties is null)
        {
            return;
        }

        check.Range($"{field}.width", properties.Width, 0, MaxDimension);
        check.Range($"{field}.height", properties.Height, 0, MaxDimension);
        check.Range($"{field}.duration_ms", properties.DurationMs, 0, MaxDurationMs);
        check.Require(properties.FrameRate is >= 0 and <= MaxFrameRate, $"{field}.frame_rate", "must be 0 to 300");
        check.Opaque($"{field}.codecs", properties.Codecs, MaxCodecsLength);
    }
}
