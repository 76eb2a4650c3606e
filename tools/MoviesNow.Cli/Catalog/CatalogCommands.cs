using System.CommandLine;
using Microsoft.Extensions.Configuration;
using MoviesNow.Cli.Bundles;
using MoviesNow.Cli.Delivery;
using MoviesNow.Cli.Packaging;
using MoviesNow.Cli.Tokens;
using MoviesNow.Cli.Uploads;

namespace MoviesNow.Cli.Catalog;

/// <summary>The commands on the catalogue, and on the files that belong to it.</summary>
internal static class CatalogCommands
{
    /// <param name="root">Gets the commands.</param>
    /// <param name="configuration">Where the services are; asked when a command runs.</param>
    /// <param name="prompt">Asks the user; at the console when null.</param>
    public static void AddTo(RootCommand root, Func<IConfiguration> configuration, Prompt? prompt = null)
    {
        var access = new CatalogAccess(configuration, prompt ?? Prompt.OfConsole);
        root.Add(TitleCommand.Create(access));
        root.Add(SeasonCommand.Create(access));
        root.Add(EpisodeCommand.Create(access));
        root.Add(AssetCommand.Create(access));
        root.Add(VariantCommand.Create(access));
        root.Add(BundleCommand.Create(access));
        root.Add(LintCommand.Create(access));
        root.Add(UploadCommand.Create(access));
        root.Add(PackageCommand.Create(access));
        root.Add(LinkCommand.Create(access));
        root.Add(DownloadCommand.Create(access));
        root.Add(PlayCommand.Create(access));
        root.Add(TokenCommand.Create(access));
    }
}
