using FsCheck;
using FsCheck.Fluent;
using MoviesNow.Upload.Multipart;

namespace UploadTests.Multipart;

public sealed class PartLayoutTests
{
    private const long MiB = 1L << 20;

    [Fact]
    public void For_AnySizeAndPreference_PartsCoverTheObjectWithinTheLimits() => Check.QuickThrowOnFailure(
        Prop.ForAll(Sizes().ToArbitrary(), Preferences().ToArbitrary(), (size, preferred) =>
        {
            var plan = PartLayout.For(size, preferred);
            var sizes = Enumerable.Range(1, plan.Count).Select(plan.SizeOf).ToList();
            var offsets = Enumerable.Range(1, plan.Count).Select(plan.OffsetOf).ToList();
            Assert.InRange(plan.Count, 1, PartLayout.MaxParts);
            Assert.InRange(plan.PartSize, PartLayout.MinPartSize, PartLayout.MaxPartSize);
            Assert.True(plan.PartSize >= preferred);
            Assert.InRange(plan.LastPartSize, 1, plan.PartSize);
            Assert.Equal(size, sizes.Sum());
            Assert.Equal(0, offsets[0]);
            Assert.All(Enumerable.Range(1, plan.Count - 1), i => Assert.Equal(offsets[i - 1] + sizes[i - 1], offsets[i]));
            Assert.Equal(plan, PartLayout.Of(size, plan.PartSize));
        }));

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5 * MiB, 1, 5 * MiB)]
    [InlineData((5 * MiB) + 1, 2, 1)]
    [InlineData(50_000 * MiB, 10_000, 5 * MiB)]
    [InlineData((50_000 * MiB) + 1, 8_334, (2 * MiB) + 1)]
    public void For_SizesAtTheEdges_GivesTheLeastParts(long size, int count, long last)
    {
        var plan = PartLayout.For(size, 5 * MiB);
        Assert.Equal((count, last), (plan.Count, plan.LastPartSize));
    }

    [Fact]
    public void For_PartsOfThePreferredSizeThatAreNotTooMany_KeepsThem() =>
        Assert.Equal(16 * MiB, PartLayout.For(160_000 * MiB, 16 * MiB).PartSize);

    [Theory]
    [InlineData(0, 5 * MiB)]
    [InlineData(-1, 5 * MiB)]
    [InlineData(1, (5 * MiB) - 1)]
    [InlineData(1, (5L << 30) + 1)]
    [InlineData((50_000 * MiB) + 1, 5 * MiB)]
    public void Of_OutsideTheLimits_Throws(long size, long partSize) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PartLayout.Of(size, partSize));

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void SizeOf_NumberOutsideThePlan_Throws(int number) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PartLayout.Of(6 * MiB, 5 * MiB).SizeOf(number));

    private static Gen<long> Sizes() => Gen.OneOf(
        Gen.Choose(1, int.MaxValue).Select(value => (long)value),
        Gen.Choose(1, 5 << 20).Select(mebibytes => mebibytes * MiB),
        from mebibytes in Gen.Choose(1, 5 << 20)
        from rest in Gen.Choose(-1, 1)
        select Math.Max(1, (mebibytes * MiB) + rest));

    private static Gen<long> Preferences() => Gen.OneOf(
        Gen.Choose(5, 5 << 10).Select(mebibytes => mebibytes * MiB),
        Gen.Choose((int)PartLayout.MinPartSize, int.MaxValue).Select(value => (long)value));
}
