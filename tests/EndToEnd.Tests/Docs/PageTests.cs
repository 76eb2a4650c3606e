using MoviesNow.Testing.Docs;

namespace MoviesNow.EndToEnd.Tests.Docs;

/// <summary>Whoever follows a page gets what it promises. docs/README.md states how pages mark their commands.</summary>
[Collection("AppHost")]
public sealed class PageTests(PagesFixture system) : IClassFixture<PagesFixture>
{
    public static TheoryData<string> Pages => [.. DocPage.All().Where(page => page.Blocks.Any(block => block.IsRun)).Select(page => page.Path)];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Commands_OfAPage_DoWhatItShows(string path)
    {
        var page = DocPage.All().Single(page => string.Equals(page.Path, path, StringComparison.Ordinal));

        var problem = await system.RunAsync(page);
        Assert.True(problem is null, problem);
    }
}
