using FsCheck;
using FsCheck.Fluent;
using MoviesNow.Telemetry.Qoe;
using MoviesNow.Telemetry.V1;

namespace Telemetry.Tests.Qoe;

public sealed class QoeMeasuresTests
{
    private static readonly Gen<int[]> StartupTimes = Gen.Choose(1, StartupSketch.MaxMilliseconds).Or(Gen.Choose(1, 3_000)).NonEmptyListOf().Select(list => list.ToArray());
    private static readonly Gen<QoeSums> AnySums = Gen.Choose(-1_000, 1_000_000).ListOf(QoeSums.Columns.Length).Select(values =>
    {
        var sums = new QoeSums();
        foreach (var (i, value) in values.Index())
        {
            sums.Add((QoeColumn)i, value);
        }

        return sums;
    });

    [Fact]
    public void Percentile_AnyTimes_IsWithinOnePercentOfTheExactOne() => Holds(StartupTimes, times =>
    {
        var sorted = times.Order().ToArray();
        foreach (var share in (double[])[0.01, 0.5, 0.95, 1])
        {
            var exact = sorted[(int)Math.Ceiling(times.Length * share) - 1];

            // And the rounding to a millisecond.
            Assert.InRange(QoeMeasures.Percentile(SketchOf(times).Starts, share), (exact * 0.99) - 0.5, (exact * 1.01) + 0.5);
        }
    });

    [Fact]
    public void Percentile_HigherShare_IsNotLower() => Holds(StartupTimes, times =>
    {
        var starts = SketchOf(times).Starts.ToList();
        var percentiles = Enumerable.Range(1, 100).Select(percent => QoeMeasures.Percentile(starts, percent / 100.0)).ToList();

        Assert.Equal(percentiles.Order(), percentiles);
    });

    [Fact]
    public void Add_SketchesOfParts_IsTheSketchOfAll() => Holds(StartupTimes.Zip(StartupTimes), both =>
    {
        var (a, b) = both;
        var merged = SketchOf(a);
        merged.Add(SketchOf(b));

        Assert.Equal(SketchOf([.. a, .. b]).Starts, merged.Starts);
    });

    [Fact]
    public void Of_AnySums_KeepsItsBounds() => Holds(AnySums, sums =>
    {
        var measures = QoeMeasures.Of(sums, TimeSpan.FromMinutes(10), peak: 0);

        Assert.InRange(measures.RebufferRatio, 0, 1);
        Assert.All(QoeMetrics.Descriptor.Fields.InDeclarationOrder(), field =>
            Assert.True(Convert.ToDouble(field.Accessor.GetValue(measures), System.Globalization.CultureInfo.InvariantCulture) >= 0, field.Name));
        Assert.True(measures.PeakConcurrentViewers >= measures.AverageConcurrentViewers);
    });

    [Fact]
    public void Of_MoreStalledTime_HasNoLowerRatio() => Holds(AnySums, sums =>
    {
        var before = QoeMeasures.Of(sums, TimeSpan.FromMinutes(1), peak: 0).RebufferRatio;
        sums.Add(QoeColumn.RebufferMs, 1_000);
        var stalled = QoeMeasures.Of(sums, TimeSpan.FromMinutes(1), peak: 0).RebufferRatio;
        sums.Add(QoeColumn.WatchMs, 1_000);

        Assert.InRange(before, 0, stalled);
        Assert.InRange(QoeMeasures.Of(sums, TimeSpan.FromMinutes(1), peak: 0).RebufferRatio, 0, stalled);
    });

    [Fact]
    public void Of_Nothing_IsZeroEverywhere() => Assert.Equal(new QoeMetrics(), QoeMeasures.Of(new QoeSums(), TimeSpan.FromMinutes(1), peak: 0));

    private static QoeSums SketchOf(IEnumerable<int> times)
    {
        var sums = new QoeSums();
        foreach (var time in times)
        {
            sums.AddStarts(StartupSketch.BucketOf(time), 1);
        }

        return sums;
    }

    private static void Holds<T>(Gen<T> values, Action<T> property) => Prop.ForAll(values.ToArbitrary(), property).Check(Config.QuickThrowOnFailure);
}
