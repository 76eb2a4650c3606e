using System.Globalization;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Validation.Rows;

/// <summary>What the levels of H.264 and H.265 allow: pictures of a size, so many of them a second.</summary>
internal static class CodecLevels
{
    private const int MacroblockSide = 16;

    // 60 frames a second fit a level that allows 59.94, and the other way about.
    private const double RateTolerance = 1.002;

    /// <summary>Level × 10, most macroblocks of a picture, most macroblocks a second: table A-1 of H.264. Level 1b is 9.</summary>
    private static readonly Dictionary<int, (long Picture, long Second)> H264 = new()
    {
        [9] = (99, 1_485),
        [10] = (99, 1_485),
        [11] = (396, 3_000),
        [12] = (396, 6_000),
        [13] = (396, 11_880),
        [20] = (396, 11_880),
        [21] = (792, 19_800),
        [22] = (1_620, 20_250),
        [30] = (1_620, 40_500),
        [31] = (3_600, 108_000),
        [32] = (5_120, 216_000),
        [40] = (8_192, 245_760),
        [41] = (8_192, 245_760),
        [42] = (8_704, 522_240),
        [50] = (22_080, 589_824),
        [51] = (36_864, 983_040),
        [52] = (36_864, 2_073_600),
        [60] = (139_264, 4_177_920),
        [61] = (139_264, 8_355_840),
        [62] = (139_264, 16_711_680),
    };

    /// <summary>Level × 30, most luma samples of a picture, most luma samples a second: the level limits of annex A of H.265.</summary>
    private static readonly Dictionary<int, (long Picture, long Second)> H265 = new()
    {
        [30] = (36_864, 552_960),
        [60] = (122_880, 3_686_400),
        [63] = (245_760, 7_372_800),
        [90] = (552_960, 16_588_800),
        [93] = (983_040, 33_177_600),
        [120] = (2_228_224, 66_846_720),
        [123] = (2_228_224, 133_693_440),
        [150] = (8_912_896, 267_386_880),
        [153] = (8_912_896, 534_773_760),
        [156] = (8_912_896, 1_069_547_520),
        [180] = (35_651_584, 1_069_547_520),
        [183] = (35_651_584, 2_139_095_040),
        [186] = (35_651_584, 4_278_190_080),
    };

    /// <summary>True when a codec string states a level that does not allow the variant's pictures; false when it cannot be told.</summary>
    public static bool IsTooLow(string codec, StreamVariant variant) => codec.Split('.') switch
    {
        ["avc1" or "avc3", { Length: 6 } configuration] =>
            int.TryParse(configuration[4..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var level)
            && H264.TryGetValue(level, out var limit)
            && Exceeds(Macroblocks(variant.Width) * Macroblocks(variant.Height), variant.FrameRate, limit),
        ["hvc1" or "hev1", _, _, { Length: > 1 } tier, ..] =>
            int.TryParse(tier[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var level)
            && H265.TryGetValue(level, out var limit)
            && Exceeds((long)variant.Width * variant.Height, variant.FrameRate, limit),
        _ => false,
    };

    private static bool Exceeds(long size, double frameRate, (long Picture, long Second) limit) =>
        size > limit.Picture || size * frameRate > limit.Second * RateTolerance;

    private static long Macroblocks(int pixels) => (pixels + (MacroblockSide - 1)) / MacroblockSide;
}
