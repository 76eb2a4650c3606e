using System.Diagnostics;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Links;

namespace MoviesNow.Delivery.Tests.Links;

/// <summary>The decision as a function of what its stages found out: each alone, and all together.</summary>
public sealed class LinkDecisionTests
{
    private static readonly LinkFacts Passing = new(
        PolicyFact.Allowed, RowFact.Deliverable, AvailabilityFact.Available, TokenFact.NotNeeded, QuotaFact.Left, ObjectFact.Verified);

    [Fact]
    public void Refusal_EveryStagePasses_IsNone() => Assert.Null(LinkDecision.Refusal(Passing));

    [Theory]
    [InlineData(RowFact.Missing)]
    [InlineData(RowFact.Hidden)]
    [InlineData(RowFact.Expired)]
    public void Refusal_HiddenOrMissing_IsTheSame(object row) =>
        Assert.Equal(ErrorReason.BundleNotFound, LinkDecision.Refusal(Passing with { Row = (RowFact)row }));

    [Fact]
    public void Refusal_AStageThatWasNotAsked_NeverPasses()
    {
        LinkFacts[] gaps =
        [
            LinkFacts.None, Passing with { Policy = default }, Passing with { Row = default }, Passing with { Availability = default }, Passing with { Token = default },
            Passing with { Quota = default }, Passing with { Object = default },
        ];

        Assert.All(gaps, facts => Assert.Throws<UnreachableException>(() => LinkDecision.Refusal(facts)));
    }

    [Fact]
    public void Refusal_EveryCombination_IsThatOfTheFirstStageThatRefuses()
    {
        foreach (var facts in DecisionTable.All())
        {
            ErrorReason?[] stages =
            [
                LinkDecision.Of(facts.Policy), LinkDecision.Of(facts.Row), LinkDecision.Of(facts.Availability), LinkDecision.Of(facts.Token),
                LinkDecision.Of(facts.Quota), LinkDecision.Of(facts.Object),
            ];

            Assert.Equal(Array.Find(stages, reason => reason is not null), LinkDecision.Refusal(facts));
        }

        Assert.Equal(1_296, DecisionTable.All().Count());
    }

    [Fact]
    public async Task Table_InTheDocumentation_IsThatOfTheCode()
    {
        var path = DecisionTable.PathOf("docs/links.md");
        var text = await File.ReadAllTextAsync(path);
        var expected = DecisionTable.In(text);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(path, expected);
        }

        // Run the tests with UPDATE_DOCS=1 to write it anew.
        Assert.Equal(expected, text);
    }
}
