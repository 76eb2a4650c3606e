using System.CommandLine;

namespace MoviesNow.Cli.Catalog;

/// <summary><c>moviesnow catalog import|export</c>: the catalogue as a file.</summary>
internal static class CatalogCommand
{
    public static Command Create() => new("catalog", "Brings files into the catalogue, and writes the catalogue to a file.")
    {
        ImportCommand.Create(),
        ExportCommand.Create(),
    };
}
