using System.CommandLine;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Connection;
using MoviesNow.Cli.Delivery;

namespace MoviesNow.Cli.Tokens;

/// <summary>
/// <c>moviesnow token admin|service|viewer</c>: prints a development token and nothing else. Below it are the commands on one-time tokens for
/// downloads.
/// </summary>
internal static class TokenCommand
{
    private static readonly Dictionary<string, DevelopmentIdentity> Identities = new(StringComparer.Ordinal)
    {
        ["admin"] = DevelopmentIdentity.Admin,
        ["service"] = DevelopmentIdentity.Service,
        ["viewer"] = DevelopmentIdentity.Viewer,
    };

    public static Command Create(CatalogAccess access)
    {
        var role = new Argument<string>("role") { Description = "admin (with a second factor), service or viewer" };
        role.AcceptOnlyFromAmong([.. Identities.Keys]);
        var subject = new Option<string?>("--subject") { Description = "Whom the token names" };
        var minutes = new Option<int>("--minutes") { Description = "How long it is valid, 1 to 1,440", DefaultValueFactory = _ => 60 }.Within(1, 1_440);
        var command = new Command("token", "Mints a token with the development key of the AppHost in this checkout; and one-time tokens for downloads.")
        {
            role, subject, minutes, DownloadTokenCommands.Mint(access), DownloadTokenCommands.Revoke(access), DownloadTokenCommands.List(access),
        };
        command.SetAction(parsed =>
        {
            var identity = Identities[parsed.GetRequiredValue(role)];
            identity = identity with { Subject = parsed.GetValue(subject) ?? identity.Subject };
            Console.WriteLine(identity.Mint(CliConfiguration.Load().SigningKey(), TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(parsed.GetValue(minutes))));
        });
        return command;
    }
}
