using System.Globalization;
using MoviesNow.Catalog.Playback.Codecs;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Validation.Rows;

/// <summary>Whether a variant is of one mind with itself.</summary>
internal static class VariantExamination
{
    private const int LargestPeakOfAverage = 2;
    private const double HighestFrameRate = 60;
    private const double RateTolerance = 0.01;

    private static readonly double[] UsualFrameRates = [23.976, 24, 25, 29.97, 30, 50, 59.94, 60];

    /// <param name="variant">The variant.</param>
    /// <param name="isPlayed">True when players get it; what is kept for download needs less.</param>
    /// <param name="findings">Where to say what is found.</param>
    public static void Examine(StreamVariant variant, bool isPlayed, Findings findings)
    {
        ExamineCodecs(variant, isPlayed, findings);
        if (variant.SizeBytes <= 0)
        {
            findings.Add(RowRules.VariantSizeMissing, variant.Id, "The size is not recorded.");
        }

        if (isPlayed)
        {
            ExamineStream(variant, findings);
        }
    }

    private static void ExamineCodecs(StreamVariant variant, bool isPlayed, Findings findings)
    {
        if (variant.Codecs.Length == 0)
        {
            if (isPlayed)
            {
                findings.Add(RowRules.CodecsMissing, variant.Id, "The codecs are not recorded, so the playlist cannot name them.");
            }
        }
        else
        {
            var codecs = CodecString.ParseList(variant.Codecs);
            foreach (var violation in CodecsCheck.Violations(variant))
            {
                findings.Add(codecs is null ? RowRules.CodecsMalformed : RowRules.CodecsContradict, variant.Id, $"The field codecs {violation}.");
            }

            foreach (var codec in codecs?.Where(codec => !codec.IsKnown && isPlayed) ?? [])
            {
                findings.Add(RowRules.CodecsUnknown, variant.Id, $"The codec {codec.Text} is not known, so the playlist names no codecs at all.");
            }

            foreach (var codec in codecs?.Where(codec => CodecLevels.IsTooLow(codec.Text, variant)) ?? [])
            {
                findings.Add(
                    RowRules.LevelTooLow, variant.Id,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The level of {codec.Text} is too low for {variant.Width} x {variant.Height} at {variant.FrameRate:0.###} frames per second."));
            }
        }

        foreach (var violation in CodecsCheck.SupplementalViolations(variant))
        {
            findings.Add(RowRules.SupplementalCodecsInvalid, variant.Id, $"The field supplemental_codecs {violation}.");
        }
    }

    private static void ExamineStream(StreamVariant variant, Findings findings)
    {
        if (variant.PeakBandwidthBps / LargestPeakOfAverage > variant.AverageBandwidthBps)
        {
            findings.Add(
                RowRules.BandwidthSpread, variant.Id,
                $"The peak bandwidth of {variant.PeakBandwidthBps} bits per second is more than twice the average of {variant.AverageBandwidthBps}.");
        }

        if (variant.VideoCodec is VideoCodec.Vp9)
        {
            findings.Add(RowRules.VideoCodecLimited, variant.Id, "Apple's players do not play VP9.");
        }

        if (variant.VideoCodec is VideoCodec.H265 && variant.Container is Container.Ts)
        {
            findings.Add(RowRules.HevcInTransportStream, variant.Id, "H.265 plays in fragmented MP4 only, and the container is a transport stream.");
        }

        var rate = variant.FrameRate;
        if (rate > HighestFrameRate + RateTolerance)
        {
            findings.Add(RowRules.FrameRateTooHigh, variant.Id, string.Create(CultureInfo.InvariantCulture, $"The frame rate of {rate:0.###} is above 60."));
        }
        else if (rate > 0 && !Array.Exists(UsualFrameRates, usual => Math.Abs(usual - rate) <= RateTolerance))
        {
            findings.Add(RowRules.FrameRateUnusual, variant.Id, string.Create(
                CultureInfo.InvariantCulture, $"The frame rate of {rate:0.###} is not one of film or television."));
        }
    }
}
