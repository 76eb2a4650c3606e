using System.Numerics;

namespace MoviesNow.Telemetry.Qoe;

/// <summary>By what sums are told apart. The numbers are stored.</summary>
[Flags]
internal enum QoeDimensions
{
    None = 0,
    Title = 1,
    Variant = 2,
    Country = 4,
    Device = 8,
    AppVersion = 16,
    Audience = Country | Device | AppVersion,
    All = Title | Variant | Audience,
}

/// <summary>
/// The sets of dimensions that sums are kept for. More sets make writing dearer and reading cheaper: a filter that has its own set is
/// answered from one row for each minute, hour or day, any other one from the rows of the next larger set.
/// </summary>
internal static class QoeGroupings
{
    private static readonly QoeDimensions[] OfMinutes = [QoeDimensions.None, QoeDimensions.Audience, QoeDimensions.All];

    private static readonly QoeDimensions[] OfHoursAndDays =
    [
        QoeDimensions.None, QoeDimensions.Title, QoeDimensions.Country, QoeDimensions.Device, QoeDimensions.AppVersion,
        QoeDimensions.Country | QoeDimensions.Device, QoeDimensions.Country | QoeDimensions.AppVersion,
        QoeDimensions.Device | QoeDimensions.AppVersion, QoeDimensions.Audience, QoeDimensions.All,
    ];

    /// <summary>The sets that a level has.</summary>
    public static IReadOnlyList<QoeDimensions> Of(QoeLevel level) => level is QoeLevel.Minute ? OfMinutes : OfHoursAndDays;

    /// <summary>The smallest set of a level from which a filter by some dimensions can be answered.</summary>
    public static QoeDimensions For(QoeLevel level, QoeDimensions filtered) =>
        Of(level).Where(set => (set & filtered) == filtered).MinBy(set => BitOperations.PopCount((uint)set));
}
