using System.CommandLine;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Connection;
using MoviesNow.Cli.Tokens;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Cli.Telemetry;

/// <summary><c>moviesnow viewer export|erase</c>: answers a viewer's requests by articles 15 and 17 of the GDPR.</summary>
internal static class ViewerCommand
{
    public static Command Create(Func<IConfiguration> configuration, Prompt prompt) =>
        new("viewer", "What is kept of one viewer.") { Export(configuration), Erase(configuration, prompt) };

    private static Command Export(Func<IConfiguration> configuration)
    {
        var viewer = Viewer();
        var command = new Command("export", "Prints all that is kept of a viewer as JSON Lines: each session, then its events.") { viewer };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connections = new ServiceConnections(configuration(), parsed.InvocationConfiguration.Error);
            var output = new MessageOutput(parsed.InvocationConfiguration.Output, json: true);
            using var call = Client(connections).ExportViewerData(new() { Viewer = parsed.GetRequiredValue(viewer) }, cancellationToken: cancellationToken);
            await foreach (var item in call.ResponseStream.ReadAllAsync(cancellationToken))
            {
                output.Show(item);
            }

            return 0;
        });
        return command;
    }

    private static Command Erase(Func<IConfiguration> configuration, Prompt prompt)
    {
        var viewer = Viewer();
        var command = new Command("erase", "Erases all that is kept of a viewer; aggregates, which name nobody, stay.") { viewer, CatalogOptions.Yes, CatalogOptions.Json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!parsed.GetValue(CatalogOptions.Yes))
            {
                await ConfirmAsync(prompt, parsed.InvocationConfiguration.Error, cancellationToken);
            }

            using var connections = new ServiceConnections(configuration(), parsed.InvocationConfiguration.Error);
            var erased = await Client(connections).EraseViewerDataAsync(new() { Viewer = parsed.GetRequiredValue(viewer) }, cancellationToken: cancellationToken);
            new MessageOutput(parsed.InvocationConfiguration.Output, parsed.GetValue(CatalogOptions.Json)).Show(erased);
            return 0;
        });
        return command;
    }

    private static async Task ConfirmAsync(Prompt prompt, TextWriter writer, CancellationToken cancellationToken)
    {
        if (!prompt.IsInteractive)
        {
            throw new CommandException("There is no terminal to ask at: say --yes to erase without asking.");
        }

        if (!await prompt.ConfirmAsync("Erase all that is kept of this viewer, for ever?", writer, cancellationToken))
        {
            throw new CommandException("Nothing was erased.");
        }
    }

    private static Argument<string> Viewer() => new("viewer") { Description = "The viewer: the subject of their tokens" };

    private static ViewerService.ViewerServiceClient Client(ServiceConnections connections) => new(connections.Connect("telemetry", DevelopmentIdentity.Admin));
}
