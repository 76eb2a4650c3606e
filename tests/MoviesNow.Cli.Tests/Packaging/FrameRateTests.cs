using FsCheck;
using FsCheck.Fluent;
using MoviesNow.Cli.Packaging;

namespace MoviesNow.Cli.Tests.Packaging;

public sealed class FrameRateTests
{
    [Theory]
    [InlineData("24000/1001", false, "24000/1001")]
    [InlineData("25/1", false, "25")]
    [InlineData("2997/100", false, "30000/1001")]
    // Slow ones are repeated, fast ones thinned, evenly.
    [InlineData("15/1", false, "30")]
    [InlineData("12/1", false, "24")]
    [InlineData("25/2", false, "25")]
    [InlineData("1/1", false, "24")]
    [InlineData("120/1", false, "60")]
    [InlineData("120000/1001", false, "60000/1001")]
    [InlineData("90/1", false, "45")]
    [InlineData("48/1", false, "48")]
    // Variable ones lose nothing.
    [InlineData("22/1", true, "24000/1001")]
    [InlineData("27/1", true, "30000/1001")]
    [InlineData("30/1", true, "30")]
    [InlineData("45/1", true, "50")]
    public void ForOutput_ARate_IsNaturalWhereItCanBe(string source, bool isVariable, string expected) =>
        Assert.Equal(expected, FrameRate.ForOutput(FrameRate.Parse(source)!.Value, isVariable).ToString());

    [Theory]
    [InlineData("0/0")]
    [InlineData("25")]
    [InlineData("-1/1")]
    [InlineData(null)]
    public void Parse_WhatIsNoRate_IsNull(string? text) => Assert.Null(FrameRate.Parse(text));

    [Fact]
    public void ForOutput_AnyRate_IsWithinWhatPlayersTake() => Prop.ForAll(
        (from numerator in Gen.Choose(1, 240_000) from denominator in Gen.Choose(1, 1_001) select new FrameRate(numerator, denominator)).ToArbitrary(),
        rate => new[] { true, false }.All(isVariable => FrameRate.ForOutput(rate, isVariable).Value is >= 23.9 and <= 60.3)).QuickCheckThrowOnFailure();
}
