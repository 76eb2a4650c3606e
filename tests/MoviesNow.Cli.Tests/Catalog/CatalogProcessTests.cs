using Google.Protobuf;
using MoviesNow.Catalog.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Cli.Tests.Catalog;

/// <summary>The program as a script runs it.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class CatalogProcessTests(CatalogHost host) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("moviesnow-cli-");

    private CliProcess Cli => new(_directory.FullName, new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["services__catalog__grpc__0"] = host.Address.ToString(),
        ["Auth__LocalSigningKey"] = Identity.SigningKey,
    });

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Commands_OfAScript_PrintResultsAndFailWithTheirExitCode()
    {
        var created = await Cli.RunAsync("title", "create", "--kind", "movie", "--name", "The Harbour", "--json");
        var title = JsonParser.Default.Parse<Title>(created.Output);
        var shown = await Cli.RunAsync("title", "show", title.Id);
        var unasked = await Cli.RunAsync("title", "delete", title.Id);
        var deleted = await Cli.RunAsync("title", "delete", title.Id, "--yes");
        var gone = await Cli.RunAsync("title", "show", title.Id);

        Assert.Equal((0, ""), (created.ExitCode, created.Errors));
        Assert.Matches($"^id +{title.Id} *\n", shown.Output);
        Assert.Equal((1, "", "There is no terminal to ask at: say --yes to delete without asking.\n"), unasked);
        Assert.Equal((0, "", ""), deleted);
        Assert.Equal((1, "", "NotFound TITLE_NOT_FOUND: No such title.\n"), gone);
    }

    [Fact]
    public async Task Command_NoCatalogue_SaysSo()
    {
        var (exitCode, _, errors) = await new CliProcess(_directory.FullName).RunAsync("title", "list");

        Assert.Equal(1, exitCode);
        Assert.Contains("start the AppHost in this checkout", errors, StringComparison.Ordinal);
    }
}
