using System.CommandLine;
using System.Text.Json;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Transfer;
using MoviesNow.Cli.Uploads;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Delivery;

/// <summary><c>moviesnow download</c>: a bundle into a file, verified.</summary>
internal static class DownloadCommand
{
    private const int MaxShown = 4_096;

    public static Command Create(CatalogAccess access)
    {
        var reference = DeliveryOptions.Reference();
        var output = new Option<string?>("--output", "-o") { Description = "The file, or an existing directory for it; this directory when absent" };
        var force = new Option<bool>("--force") { Description = "In place of a file that has the name" };
        var command = new Command("download", "Downloads a bundle, and verifies it. The same command goes on where an earlier one was interrupted.")
        {
            reference, output, force, DeliveryOptions.Token, DeliveryOptions.Country, CatalogOptions.Public,
        };
        return access.Run(command, async call =>
        {
            var asked = call.Parsed.GetRequiredValue(reference);
            var place = call.Parsed.GetValue(output) is { Length: > 0 } path ? path : ".";
            var options = DeliveryOptions.Of(call);
            if (options.Token.Length > 0 && EarlierAt(place, asked) is { RedemptionId.Length: > 0 } earlier)
            {
                options.RedemptionId = earlier.RedemptionId;
            }

            var links = new DownloadLinks(call.Clients, asked, options);
            var link = await links.AskAsync(call.CancellationToken);
            var target = TargetOf(place, link);
            var overwrite = call.Parsed.GetValue(force);
            if (Path.Exists(target) && !overwrite)
            {
                throw new CommandException($"'{Shown(target)}' exists already. Write over it with --force, or choose another name with --output.");
            }

            await using var part = PartFile.Open(target, asked, options.RedemptionId);
            using var http = ObjectTransfer.NewClient();
            var download = new BundleDownload(links, new ObjectReader(http), TimeProvider.System);
            var remedy = new UploadRemedy("What arrived is kept: run the same command again to go on.", $"remove {Shown(PartFile.PathOf(target))}");
            link = await new TransferConsole(call.Parsed.InvocationConfiguration.Error, TimeProvider.System).RunAsync(
                Path.GetFileName(target), progress => download.RunAsync(link, part, remedy, progress, call.CancellationToken));
            var sha256 = part.Sha256;
            await part.CompleteAsync(overwrite);
            await TellAsync(call, target, link, sha256);
            return 0;
        });
    }

    private static bool IsDirectory(string place) => Directory.Exists(place) || Path.EndsInDirectorySeparator(place);

    /// <summary>The file to write; in a directory under the name that the service chose.</summary>
    private static string TargetOf(string place, DownloadLink link) =>
        Path.GetFullPath(IsDirectory(place) ? Path.Combine(place, LocalFileName.Of(link.FileName)) : place);

    /// <summary>What an earlier run left there. In a directory its name is not known before there is a link.</summary>
    private static PartState? EarlierAt(string place, string reference) =>
        IsDirectory(place) ? PartState.Find(place, reference) : PartState.Read(place + PartState.Ending);

    private static async Task TellAsync(CatalogCall call, string target, DownloadLink link, string sha256)
    {
        var output = call.Parsed.InvocationConfiguration.Output;
        var isVerified = link.Sha256.Length > 0;
        if (call.Parsed.GetValue(CatalogOptions.Json))
        {
            // 64-bit numbers are strings, as in all that is printed as JSON.
            await output.WriteLineAsync(JsonSerializer.Serialize(new { file = target, sizeBytes = $"{link.SizeBytes}", sha256, isVerified }));
            return;
        }

        await output.WriteLineAsync(Shown(target));
        if (!isVerified)
        {
            await call.Parsed.InvocationConfiguration.Error.WriteLineAsync("The service states no SHA-256 for it: only its size was checked.");
        }
        else if (Consoles.IsTerminal(output))
        {
            await output.WriteLineAsync($"{link.SizeBytes:N0} bytes, SHA-256 {sha256} as the service says.");
        }
    }

    private static string Shown(string path) => PrintableText.Of(path, MaxShown);
}
