using MoviesNow.Catalog.V1;

namespace MoviesNow.Cli.Tests.Catalog;

[Collection(CatalogTestGroup.Name)]
public sealed class SeasonCommandTests(CatalogHost host) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("moviesnow-cli-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Season_ItsWholeLife_EachCommandDoesItsPart()
    {
        var title = await SeriesAsync();

        var created = await host.Cli.OneAsync<Season>("season", "create", title, "--number", "0", "--name", "Specials", "--synopsis", "Extras");
        var listed = await host.Cli.OneAsync<Season>("season", "list", title);
        var updated = await host.Cli.OneAsync<Season>("season", "update", created.Id, "--name", "Extras", "--synopsis", "");
        var shown = await host.Cli.OutputAsync("season", "show", created.Id);
        await host.Cli.OutputAsync("season", "delete", created.Id, "--yes");

        Assert.Equal((0, "Specials", "Extras", created), (created.Number, created.Name, created.Synopsis, listed));
        Assert.Equal(("Extras", ""), (updated.Name, updated.Synopsis));
        Assert.Matches("number +0 *\n", shown);
        Assert.Empty(await host.Cli.ManyAsync<Season>("season", "list", title));
    }

    [Fact]
    public async Task Episode_ItsWholeLife_EachCommandDoesItsPart()
    {
        var season = await SeasonAsync(await SeriesAsync());

        var created = await host.Cli.OneAsync<Episode>(
            "episode", "create", season, "--number", "3", "--name", "Fog", "--synopsis", "Dense.", "--duration", "45m", "--air-date", "2026-12-24");
        var listed = await host.Cli.OneAsync<Episode>("episode", "list", season);
        var updated = await host.Cli.OneAsync<Episode>("episode", "update", created.Id, "--duration", "45m30s");
        var shown = await host.Cli.OneAsync<Episode>("episode", "show", created.Id);
        await host.Cli.OutputAsync("episode", "delete", created.Id, "--yes");

        Assert.Equal((3, "Fog", "Dense.", 2_700_000, "2026-12-24"), (created.Number, created.Name, created.Synopsis, created.DurationMs, created.AirDate));
        Assert.Equal((created, 2_730_000, updated), (listed, updated.DurationMs, shown));
        Assert.Empty(await host.Cli.ManyAsync<Episode>("episode", "list", season));
    }

    [Fact]
    public async Task BatchCreate_WhatListPrinted_CreatesTheSameEpisodesInAnotherSeason()
    {
        var title = await SeriesAsync();
        var (first, second) = (await SeasonAsync(title), await SeasonAsync(title, "2"));
        var lines = string.Concat(Enumerable.Range(1, 250).Select(i => $$"""{"number":{{i}},"name":"Episode {{i}}","airDate":"2026-01-01"}""" + "\n"));

        var created = await host.Cli.ManyAsync<Episode>("episode", "batch-create", first, await FileAsync(lines));
        var listed = await host.Cli.OutputAsync("episode", "list", first, "--json");
        var again = await host.Cli.ManyAsync<Episode>("episode", "batch-create", second, await FileAsync(listed));

        Assert.Equal(Enumerable.Range(1, 250).Select(i => (i, $"Episode {i}", "2026-01-01")), created.Select(episode => (episode.Number, episode.Name, episode.AirDate)));
        Assert.Equal(created.Select(episode => (episode.Number, episode.Name, episode.AirDate)), again.Select(episode => (episode.Number, episode.Name, episode.AirDate)));
        Assert.All(again, episode => Assert.Equal(second, episode.SeasonId));
    }

    [Theory]
    [InlineData("""[{"number":1,"name":"a"},{"number":1,"name":"b"}]""", "InvalidArgument INVALID_FIELDS")]
    [InlineData("""{"number":1,"name":"a"} {"number":2}""", "requests[1].name is required")]
    [InlineData("""{"number":1,"name":"a"} {"numbr":2}""", "number 2: Unknown field: numbr")]
    [InlineData("""{"number":1,"name":"a"} {"name":""", "number 2: ")]
    [InlineData("", "requests must")]
    public async Task BatchCreate_ABadFile_CreatesNoneAndSaysWhich(string file, string expected)
    {
        var season = await SeasonAsync(await SeriesAsync());

        var ended = await host.Cli.RunAsync("episode", "batch-create", season, await FileAsync(file));

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.Contains(expected, ended.Errors, StringComparison.Ordinal);
        Assert.Empty(await host.Cli.ManyAsync<Episode>("episode", "list", season));
    }

    [Fact]
    public async Task BatchCreate_NoFile_SaysSo()
    {
        var ended = await host.Cli.RunAsync("episode", "batch-create", Guid.CreateVersion7().ToString(), Path.Combine(_directory.FullName, "none.jsonl"));

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("Could not find file", ended.Errors, StringComparison.Ordinal);
    }

    private async Task<string> SeriesAsync() => (await host.Cli.OneAsync<Title>("title", "create", "--kind", "series", "--name", "The Harbour")).Id;

    private async Task<string> SeasonAsync(string title, string number = "1") => (await host.Cli.OneAsync<Season>("season", "create", title, "--number", number)).Id;

    private async Task<string> FileAsync(string text)
    {
        var file = Path.Combine(_directory.FullName, Guid.CreateVersion7().ToString());
        await File.WriteAllTextAsync(file, text);
        return file;
    }
}
