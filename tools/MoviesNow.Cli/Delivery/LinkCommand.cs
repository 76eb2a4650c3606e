using System.CommandLine;
using System.Globalization;
using MoviesNow.Cli.Catalog;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Delivery;

/// <summary><c>moviesnow link</c>: prints the URL from which a bundle can be downloaded.</summary>
internal static class LinkCommand
{
    private const int MaxName = 200;

    public static Command Create(CatalogAccess access)
    {
        var reference = DeliveryOptions.Reference();
        var ttl = DeliveryOptions.Seconds("--ttl", "Seconds for which it shall work; the service clamps them, and chooses when absent");
        var command = new Command("link", "Prints a URL from which a bundle can be downloaded for a while. It is a secret.")
        {
            reference, ttl, DeliveryOptions.Token, DeliveryOptions.Country, CatalogOptions.Public,
        };
        return access.Run(command, async call =>
        {
            var options = DeliveryOptions.Of(call);
            options.TtlSeconds = call.Parsed.GetValue(ttl);
            var link = await new DownloadLinks(call.Clients, call.Parsed.GetRequiredValue(reference), options).AskAsync(call.CancellationToken);
            if (call.Parsed.GetValue(CatalogOptions.Json))
            {
                call.Output.Show(link);
                return 0;
            }

            // On a line of its own, which is never broken: it is copied, or read by a program that wants nothing else.
            var output = call.Parsed.InvocationConfiguration.Output;
            await output.WriteLineAsync(link.Url);
            if (Consoles.IsTerminal(output))
            {
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Works for {link.TtlSeconds:N0} s, until {link.ExpireTime?.ToDateTimeOffset():u}. {PrintableText.Of(link.FileName, MaxName)}, {link.SizeBytes:N0} bytes."));
            }

            return 0;
        });
    }
}
