using System.CommandLine;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using MoviesNow.Cli.Connection;
using MoviesNow.Cli.Tokens;
using MoviesNow.ServiceDefaults.Idempotency;

namespace MoviesNow.Cli.Catalog;

/// <summary>Runs commands against the catalogue.</summary>
/// <param name="configuration">Where it is.</param>
/// <param name="prompt">Asks the user.</param>
internal sealed class CatalogAccess(Func<IConfiguration> configuration, Prompt prompt)
{
    public Prompt Prompt => prompt;

    /// <summary>Gives a command its work, which returns the exit code.</summary>
    public Command Run(Command command, Func<CatalogCall, Task<int>> work)
    {
        command.Add(CatalogOptions.Json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connections = new ServiceConnections(configuration(), parsed.InvocationConfiguration.Error);
            var identity = parsed.GetValue(CatalogOptions.Public) ? null : DevelopmentIdentity.Admin;
            var clients = new CatalogClients(
                connections.Connect("catalog", identity),
                new Lazy<CallInvoker>(() => connections.Connect("upload", identity)),
                new Lazy<CallInvoker>(() => connections.Connect("delivery", identity)));
            return await work(new CatalogCall(parsed, clients, cancellationToken));
        });
        return command;
    }
}

/// <summary>A command that runs.</summary>
internal sealed record CatalogCall(ParseResult Parsed, CatalogClients Clients, CancellationToken CancellationToken)
{
    public MessageOutput Output { get; } = new(Parsed.InvocationConfiguration.Output, Parsed.GetValue(CatalogOptions.Json));

    /// <summary>What is no result: it goes to the error stream.</summary>
    public MessageOutput Notes { get; } = new(Parsed.InvocationConfiguration.Error, json: false);

    public CallOptions Options { get; } = new(
        Parsed.GetValue(CatalogOptions.IdempotencyKey) is { } key ? new Metadata { { IdempotencyKey.Header, key } } : null,
        cancellationToken: CancellationToken);
}
