using System.Globalization;
using MoviesNow.Site.Tests.Harness;

namespace MoviesNow.Site.Tests;

/// <summary>
/// How long a visitor with nothing stored waits for the first titles. With the variable <c>FIRST_PAGE</c> it is measured several times, and what was
/// measured is written to the file that it names; web/README.md has the last result.
/// </summary>
[Collection(SiteTestGroup.Name)]
public sealed class FirstPageTests(SiteFixture fixture)
{
    private const int Runs = 21;

    // Behind the frame that has the first card, by the clock that began with the navigation.
    private const string Watch = """
        new MutationObserver((_, observer) => {
          if (!document.querySelector('main .grid .card .card-name')) return;
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => { window.firstTitles = performance.now(); }));
        }).observe(document, { childList: true, subtree: true });
        """;

    [Fact]
    public async Task Home_NothingStored_ShowsTitles()
    {
        var output = Environment.GetEnvironmentVariable("FIRST_PAGE");
        var times = new List<double>();
        for (var run = 0; run < (string.IsNullOrEmpty(output) ? 1 : Runs); run++)
        {
            times.Add(await MeasureAsync());
        }

        Assert.All(times, time => Assert.True(time > 0));
        if (!string.IsNullOrEmpty(output))
        {
            times.Sort();
            await File.WriteAllTextAsync(output, string.Create(
                CultureInfo.InvariantCulture, $"median {times[Runs / 2]:0} ms, {times[0]:0} to {times[^1]:0} ms, {Runs} runs\n"));
        }
    }

    private async Task<double> MeasureAsync()
    {
        // A context of its own: it has no cache, no storage and no connections.
        await using var visitor = await fixture.VisitAsync();
        await visitor.Page.AddInitScriptAsync(Watch);
        await visitor.GoAsync("/");
        await visitor.Page.WaitForFunctionAsync("() => window.firstTitles");
        return await visitor.Page.EvaluateAsync<double>("window.firstTitles");
    }
}
