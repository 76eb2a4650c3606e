using System.CommandLine;
using System.Globalization;
using MoviesNow.Cli.Catalog;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Cli.Delivery;

/// <summary><c>moviesnow play</c>: prints the URL of a playlist that any HLS player opens.</summary>
internal static class PlayCommand
{
    public static Command Create(CatalogAccess access)
    {
        var title = new Argument<string>("title") { Description = "Id of the title" };
        var episode = new Option<string?>("--episode") { Description = "Id of the episode, for a series" };
        var ttl = DeliveryOptions.Seconds("--ttl", "Seconds for which it shall work; the service clamps them, and chooses when absent");
        var command = new Command("play", "Prints a URL that an HLS player opens, for a while. It is a secret.")
        {
            title, episode, ttl, DeliveryOptions.Country, CatalogOptions.Public,
        };
        return access.Run(command, async call =>
        {
            var request = new StartPlaybackRequest
            {
                TitleId = call.Parsed.GetRequiredValue(title),
                EpisodeId = call.Parsed.GetValue(episode) ?? "",
                TtlSeconds = call.Parsed.GetValue(ttl),
                Country = call.Parsed.GetValue(DeliveryOptions.Country) ?? "",
            };
            var grant = (await call.Clients.ProtectedPlayback.StartPlaybackAsync(request, call.Options)).Grant;
            DownloadLinks.RequireUrl(grant?.PlaylistUrl);
            if (call.Parsed.GetValue(CatalogOptions.Json))
            {
                call.Output.Show(grant!);
                return 0;
            }

            // Nothing but the URL where it is passed to a player.
            var output = call.Parsed.InvocationConfiguration.Output;
            await output.WriteLineAsync(grant!.PlaylistUrl);
            if (Consoles.IsTerminal(output))
            {
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"Works for {grant.TtlSeconds:N0} s, until {grant.ExpireTime?.ToDateTimeOffset():u}."));
            }

            return 0;
        });
    }
}
