using System.CommandLine;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Connection;
using MoviesNow.Cli.Tokens;
using MoviesNow.Telemetry.V1;
using SessionClient = MoviesNow.Telemetry.V1.PlaybackSessionService.PlaybackSessionServiceClient;

namespace MoviesNow.Cli.Telemetry;

/// <summary><c>moviesnow rejected list|replay</c>: events of players that were not usable.</summary>
internal static class RejectedCommand
{
    private const int PageSize = 200;
    private const int ReplayedTogether = 500;

    private static readonly string[] Columns = ["id", "reason", "receive_time", "session_id", "event.type", "event.sequence"];

    public static Command Create(Func<IConfiguration> configuration) =>
        new("rejected", "Events of players that were rejected, and are kept.") { List(configuration), Replay(configuration) };

    private static Command List(Func<IConfiguration> configuration)
    {
        var (session, reason) = Filters();
        var command = new Command("list", "Lists them, newest first.") { session, reason, CatalogOptions.Limit, CatalogOptions.Json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connections = new ServiceConnections(configuration(), parsed.InvocationConfiguration.Error);
            var events = EventsAsync(Client(connections), parsed.GetValue(session), parsed.GetValue(reason), cancellationToken);
            var output = new MessageOutput(parsed.InvocationConfiguration.Output, parsed.GetValue(CatalogOptions.Json));
            await output.ListAsync(events.Take(parsed.GetValue(CatalogOptions.Limit) ?? int.MaxValue), Columns, cancellationToken);
            return 0;
        });
        return command;
    }

    private static Command Replay(Func<IConfiguration> configuration)
    {
        var (session, reason) = Filters();
        var command = new Command("replay", "Tries them again; exit code 1 when some are rejected again.") { session, reason, CatalogOptions.Json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connections = new ServiceConnections(configuration(), parsed.InvocationConfiguration.Error);
            var client = Client(connections);
            var ids = await EventsAsync(client, parsed.GetValue(session), parsed.GetValue(reason), cancellationToken).Select(kept => kept.Id).ToListAsync(cancellationToken);
            var total = new ReplayRejectedEventsResponse();

            // As they came, so that those of one session fold on.
            foreach (var some in ids.AsEnumerable().Reverse().Chunk(ReplayedTogether))
            {
                var part = await client.ReplayRejectedEventsAsync(new() { RejectedEventIds = { some } }, cancellationToken: cancellationToken);
                total.AcceptedCount += part.AcceptedCount;
                total.RejectedCount += part.RejectedCount;
            }

            new MessageOutput(parsed.InvocationConfiguration.Output, parsed.GetValue(CatalogOptions.Json)).Show(total);
            return total.RejectedCount > 0 ? 1 : 0;
        });
        return command;
    }

    private static async IAsyncEnumerable<RejectedEvent> EventsAsync(
        SessionClient client, string? session, string? reason, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListRejectedEventsRequest { SessionId = session ?? "", Reason = reason ?? "", PageSize = PageSize };
        do
        {
            var page = await client.ListRejectedEventsAsync(request, cancellationToken: cancellationToken);
            foreach (var kept in page.Events)
            {
                yield return kept;
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    private static (Option<string?> Session, Option<string?> Reason) Filters() => (
        new("--session") { Description = "Only those of this session" },
        new("--reason") { Description = "Only those with this reason, such as POSITION_OUT_OF_RANGE" });

    private static SessionClient Client(ServiceConnections connections) => new(connections.Connect("telemetry", DevelopmentIdentity.Admin));
}
