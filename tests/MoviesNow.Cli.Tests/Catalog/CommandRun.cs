using System.CommandLine;
using Google.Protobuf;
using Microsoft.Extensions.Configuration;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Sweep;
using MoviesNow.Cli.Telemetry;

namespace MoviesNow.Cli.Tests.Catalog;

/// <summary>The commands on the catalogue, uploads and the bucket, run in this process.</summary>
/// <param name="configuration">Where the services are.</param>
/// <param name="answers">What the user types; null when there is no terminal.</param>
internal sealed class CommandRun(IConfiguration configuration, string? answers = null)
{
    /// <param name="catalog">Where the catalogue is.</param>
    /// <param name="answers">What the user types; null when there is no terminal.</param>
    public CommandRun(Uri catalog, string? answers = null) : this(CatalogHost.Configuration(catalog), answers)
    {
    }

    public async Task<Ended> RunAsync(params string[] arguments)
    {
        var root = new RootCommand();
        root.Add(SweepCommand.Create(() => configuration));
        root.Add(TelemetryCommand.Create(() => configuration));
        CatalogCommands.AddTo(root, () => configuration, new Prompt(() => new StringReader(answers ?? ""), answers is not null));
        await using var output = new StringWriter { NewLine = "\n" };
        await using var errors = new StringWriter { NewLine = "\n" };
        var exitCode = await CommandErrors.RunAsync(
            root.Parse(arguments), new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = errors });
        return new Ended(exitCode, output.ToString(), errors.ToString());
    }

    /// <summary>What a command prints; it succeeds.</summary>
    public async Task<string> OutputAsync(params string[] arguments)
    {
        var ended = await RunAsync(arguments);
        // Publishing tells what is found in the media, which these titles lack.
        Assert.Equal((0, ""), (ended.ExitCode, arguments.Contains("publish") ? "" : ended.Errors));
        return ended.Output;
    }

    /// <summary>The one message that a command prints as JSON.</summary>
    public async Task<T> OneAsync<T>(params string[] arguments) where T : IMessage<T>, new() => Assert.Single(await ManyAsync<T>(arguments));

    /// <summary>The messages that a command prints as JSON, one a line.</summary>
    public async Task<List<T>> ManyAsync<T>(params string[] arguments) where T : IMessage<T>, new()
    {
        var output = await OutputAsync([.. arguments, "--json"]);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonParser.Default.Parse<T>(line))];
    }
}

/// <summary>How a command ended.</summary>
internal sealed record Ended(int ExitCode, string Output, string Errors);
