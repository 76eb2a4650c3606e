using MoviesNow.Testing.Docs;

namespace MoviesNow.Cli.Tests.Docs;

/// <summary>Every block of every page says what it is, and who runs its commands: docs/README.md states the convention.</summary>
public sealed class PageConventionTests
{
    [Fact]
    public void Blocks_OfAllPages_SayWhoRunsThem()
    {
        var pages = DocPage.All().ToList();

        Assert.Contains("README.md", pages.Select(page => page.Path));
        Assert.Equal([], pages.SelectMany(page => Problems(page).Select(problem => $"{page.Path}: {problem}")));
    }

    [Theory]
    [InlineData("sh", "ls", null)]
    [InlineData("text", "anything …", null)]
    [InlineData("sh skip=\"needs an AWS account\"", "aws s3 ls …", null)]
    [InlineData("sh test=\".ci/run\"", "dotnet test", null)]
    [InlineData("", "ls", "names no language: sh for commands, text for what is none")]
    [InlineData("bash", "ls", "holds commands: its language is sh")]
    [InlineData("sh skip=\"because\"", "ls", "does not say why it is not run")]
    [InlineData("sh test=\"nowhere.cs\"", "ls", "is tested by nowhere.cs, which there is not")]
    [InlineData("sh skip", "ls", "has an info string other than sh, sh test=\"…\" or sh skip=\"…\"")]
    [InlineData("sh", "moviesnow title show 0192f0c1-…", "cannot run with a … in it: use a shell variable")]
    [InlineData("text output", "shown", "shows output, and follows no commands that are run")]
    public void Problem_OfABlock_SaysWhatIsMissing(string info, string text, string? expected) =>
        Assert.Equal(
            expected is null ? [] : [$"the block at line 2 {expected}"],
            Problems(new DocPage("page.md", $"```{info}\n{text}\n```\n")));

    [Fact]
    public void Blocks_OfAPage_AreReadWithTheirSetupAndFences()
    {
        var page = new DocPage("page.md", "<!-- setup\none=1\n-->\n````md\n```sh\n```\n````\n- indented\n  ```sh\n  two\n  ```\n<!-- a comment -->\n");

        Assert.Equal(
            [new DocBlock(2, "setup", "one=1"), new DocBlock(5, "md", "```sh\n```"), new DocBlock(10, "sh", "  two")],
            page.Blocks);
        Assert.Equal([true, false, true], page.Blocks.Select(block => block.IsRun));
    }

    [Theory]
    [InlineData("a  b\nc", "a b   \nc\n", true)]
    [InlineData("Fog … published", "Fog   0192f0c1   published", true)]
    [InlineData("…\nFog\n…", "before\nFog\nafter", true)]
    [InlineData("Fog\n…", "Fog", true)]
    [InlineData("Fog", "Fog\nHarbour Lights", false)]
    [InlineData("Fog … published", "Fog draft\npublished", false)]
    [InlineData("a.c", "abc", false)]
    public void Matches_OutputAsAPageShowsIt_TakesEllipsesForAnything(string shown, string output, bool expected) =>
        Assert.Equal(expected, ExpectedOutput.Matches(shown, output));

    private static IEnumerable<string> Problems(DocPage page)
    {
        var before = new DocBlock(0, "", "");
        foreach (var block in page.Blocks)
        {
            var problem = block.IsOutput && !before.IsRun ? "shows output, and follows no commands that are run" : block.Problem;
            if (problem is not null)
            {
                yield return $"the block at line {block.Line} {problem}";
            }

            before = block;
        }
    }
}
