using System.Globalization;
using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Validation.Rows;

/// <summary>Whether the steps of a ladder fit together, so that players can change between them.</summary>
internal static class LadderExamination
{
    private const double SmallestStep = 1.5;
    private const double LargestStep = 2;

    // Rates and ratios are rounded when they are recorded: 23.976, and 854 × 480 for 16:9.
    private const double RateTolerance = 0.001;
    private const double RatioTolerance = 0.01;

    public static void Examine(AssetVariants ladder, QualityTiers tiers, Findings findings)
    {
        if (ladder.Streamable.Length == 0)
        {
            return;
        }

        var asset = ladder.Asset.Id;
        var steps = ladder.Streamable
            .OrderByDescending(variant => tiers.Find(variant.Tier)?.Lines ?? 0)
            .ThenBy(variant => variant.Id, StringComparer.Ordinal)
            .ToArray();
        if (!Array.Exists(steps, step => step.IsDefault))
        {
            findings.Add(RowRules.DefaultVariantMissing, asset, "No streamable variant is the default.");
        }

        foreach (var (higher, lower) in steps.Zip(steps.Skip(1)))
        {
            ExamineStep(higher, lower, findings);
        }

        ExamineMixture(asset, steps, findings);
        ExamineFrameRates(asset, steps, findings);
    }

    /// <summary>The tier as the contract writes it, without its prefix.</summary>
    public static string NameOf(QualityTier tier) => tier.ToString().ToUpperInvariant();

    private static void ExamineStep(StreamVariant higher, StreamVariant lower, Findings findings)
    {
        var (upper, under) = (NameOf(higher.Tier), NameOf(lower.Tier));
        if (higher.PeakBandwidthBps <= lower.PeakBandwidthBps || higher.AverageBandwidthBps <= lower.AverageBandwidthBps)
        {
            findings.Add(RowRules.LadderOrder, higher.Id, $"Tier {upper} has no higher peak and average bandwidth than tier {under}.");
        }
        else if (lower.AverageBandwidthBps > 0 && IsAlike(higher, lower))
        {
            var step = (double)higher.AverageBandwidthBps / lower.AverageBandwidthBps;
            if (step is < SmallestStep or > LargestStep)
            {
                findings.Add(
                    step < SmallestStep ? RowRules.LadderStepSmall : RowRules.LadderStepLarge, higher.Id,
                    string.Create(
                        CultureInfo.InvariantCulture, $"The average bandwidth of tier {upper} is {step:0.00} times that of tier {under}; 1.5 to 2 is usual."));
            }
        }
    }

    // Another codec needs other bandwidths for the same picture.
    private static bool IsAlike(StreamVariant one, StreamVariant other) =>
        one.VideoCodec == other.VideoCodec && one.DynamicRange == other.DynamicRange;

    private static void ExamineMixture(string asset, StreamVariant[] steps, Findings findings)
    {
        Mixed(RowRules.VideoCodecsMixed, "video codecs", step => step.VideoCodec);
        Mixed(RowRules.DynamicRangesMixed, "dynamic ranges", step => step.DynamicRange);
        var encrypted = steps.Where(step => step.DrmSystem is not (DrmSystem.None or DrmSystem.Unspecified)).ToArray();
        if (encrypted.Length > 0 && encrypted.Length < steps.Length)
        {
            var clear = steps.Except(encrypted).Select(step => NameOf(step.Tier));
            findings.Add(RowRules.DrmMixed, asset, $"Some tiers are encrypted, and these are clear: {string.Join(", ", clear)}.");
        }

        if (encrypted.Select(step => step.DrmSystem).Distinct().Skip(1).Any())
        {
            findings.Add(RowRules.DrmSystemsDiffer, asset, "Tiers are encrypted for different DRM systems: no device plays them all.");
        }

        var ratios = steps.Where(step => step.Height > 0 && step.Width > 0).Select(step => (double)step.Width / step.Height).ToArray();
        if (ratios.Length > 1 && ratios.Max() > ratios.Min() * (1 + RatioTolerance))
        {
            findings.Add(RowRules.AspectRatiosDiffer, asset, "The tiers have different aspect ratios.");
        }

        void Mixed<T>(MediaRule rule, string what, Func<StreamVariant, T> of) where T : struct, Enum
        {
            var values = steps.Select(of).Distinct().Order().ToArray();
            if (values.Length > 1)
            {
                findings.Add(rule, asset, $"The tiers have different {what}: {string.Join(", ", values)}.");
            }
        }
    }

    private static void ExamineFrameRates(string asset, StreamVariant[] steps, Findings findings)
    {
        var rates = steps.Select(step => step.FrameRate).Where(rate => rate > 0 && double.IsFinite(rate)).ToArray();
        if (rates.Length == 0 || rates.Max() <= rates.Min() * (1 + RateTolerance))
        {
            return;
        }

        var highest = rates.Max();
        var areMultiples = rates.All(rate => highest / rate is var times && Math.Abs(times - Math.Round(times)) <= times * RateTolerance);
        findings.Add(
            areMultiples ? RowRules.FrameRatesMixed : RowRules.FrameRateNotMultiple, asset,
            areMultiples ? "The tiers have different frame rates." : "The tiers have frame rates that are no multiples of each other: motion stutters.");
    }
}
