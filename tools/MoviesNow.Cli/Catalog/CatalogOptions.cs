using System.CommandLine;

namespace MoviesNow.Cli.Catalog;

/// <summary>Options that several commands have.</summary>
internal static class CatalogOptions
{
    public static readonly Option<bool> Json = new("--json") { Description = "JSON for scripts, one object a line" };

    public static readonly Option<int?> Limit = new Option<int?>("--limit") { Description = "At most so many; all without it" }.Within(1);

    public static readonly Option<bool> Public = new("--public") { Description = "As the public sees it" };

    public static readonly Option<string?> Country = new("--country") { Description = "As the public sees it in this country, such as NO" };

    public static readonly Option<string?> Etag = new("--etag") { Description = "Only when this is still its version" };

    public static readonly Option<string?> IdempotencyKey = new("--idempotency-key")
    {
        Description = "The command has its effect once, however often it is run with this key",
    };

    public static readonly Option<bool> Cascade = new("--cascade") { Description = "With all that belongs to it" };

    public static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Without asking" };
}
