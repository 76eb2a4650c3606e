using Microsoft.Extensions.Configuration;
using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Streams;

public sealed class QualityTierOptionsTests
{
    [Fact]
    public void Tiers_ByDefault_AreThree()
    {
        Assert.Equal([QualityTier.P1080, QualityTier.P720, QualityTier.P480], QualityTiers.Default.Streamable);
        Assert.Equal([QualityTier.P2160, QualityTier.P1080, QualityTier.P720, QualityTier.P480, QualityTier.Other], QualityTiers.Default.BestFirst);
        Assert.Equal(Enum.GetValues<QualityTier>().Except([QualityTier.Unspecified]).Order(), QualityTiers.Default.BestFirst.Order());
    }

    [Fact]
    public void Changes_OfSomeSteps_LeaveTheOthers()
    {
        var options = Read(("P2160:Streamable", "true"), ("p480:Lines", "576"), ("P720:Streamable", "false"));

        Assert.Empty(ErrorsOf(options));
        var tiers = QualityTiers.With(options);
        Assert.Equal([QualityTier.P2160, QualityTier.P1080, QualityTier.P480], tiers.Streamable);
        Assert.Equal(new QualityStep(QualityTier.P480, 576, IsStreamable: true), tiers.Find(QualityTier.P480));
        Assert.Equal(new QualityStep(QualityTier.P720, 720, IsStreamable: false), tiers.Find(QualityTier.P720));
    }

    [Theory]
    [InlineData("P999:Lines", "1", "Catalog:QualityTiers:P999 ")]
    [InlineData("2:Lines", "1", "Catalog:QualityTiers:2 ")]
    [InlineData("Unspecified:Lines", "1", "Catalog:QualityTiers:Unspecified ")]
    [InlineData("P480:Lines", "0", "Catalog:QualityTiers:P480:Lines ")]
    [InlineData("P2160:Lines", "16385", "Catalog:QualityTiers:P2160:Lines ")]
    [InlineData("Other:Streamable", "true", "Catalog:QualityTiers:Other ")]
    [InlineData("Other:Lines", "100", "Catalog:QualityTiers:Other ")]
    [InlineData("P480:Lines", "720", "Catalog:QualityTiers ")]
    [InlineData("P480:Lines", "721", "Catalog:QualityTiers ")]
    public void Change_ThatMakesNoSense_IsRefusedByItsKey(string key, string value, string named) =>
        Assert.StartsWith(named, Assert.Single(ErrorsOf(Read((key, value)))), StringComparison.Ordinal);

    [Theory]
    [InlineData("P480:Lines", "1")]
    [InlineData("P480:Lines", "719")]
    [InlineData("P2160:Lines", "16384")]
    public void Lines_AtTheEdges_AreTaken(string key, string value) => Assert.Empty(ErrorsOf(Read((key, value))));

    private static IEnumerable<string> ErrorsOf(QualityTierOptions options) =>
        new QualityTierOptionsValidator().Validate(null, options).Failures ?? [];

    private static QualityTierOptions Read(params (string Key, string Value)[] settings)
    {
        var options = new QualityTierOptions();
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => $"Catalog:QualityTiers:{setting.Key}", setting => (string?)setting.Value, StringComparer.Ordinal))
            .Build()
            .GetSection(QualityTierOptions.Section)
            .Bind(options);
        return options;
    }
}
