using System.CommandLine;
using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Connection;
using MoviesNow.Cli.Tokens;
using MoviesNow.Telemetry.V1;
using Spectre.Console;

namespace MoviesNow.Cli.Telemetry;

/// <summary><c>moviesnow live</c>: who watches now, and how well, until Ctrl-C.</summary>
internal static class LiveCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Create(Func<IConfiguration> configuration)
    {
        var title = new Option<string?>("--title") { Description = "Only sessions of this title" };
        var country = new Option<string?>("--country") { Description = "Only sessions from this country, such as NO" };
        var interval = new Option<int>("--interval") { Description = "Seconds between measurements, 1 to 60", DefaultValueFactory = _ => 1 };
        var command = new Command("live", "Who watches now, and how well, until Ctrl-C.") { title, country, interval, CatalogOptions.Limit, CatalogOptions.Json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connections = new ServiceConnections(configuration(), parsed.InvocationConfiguration.Error);
            var client = new QoeService.QoeServiceClient(connections.Connect("telemetry", DevelopmentIdentity.Admin));
            var request = new WatchLiveRequest
            {
                TitleId = parsed.GetValue(title) ?? "",
                Country = parsed.GetValue(country) ?? "",
                Interval = new Duration { Seconds = parsed.GetValue(interval) },
            };
            var measurements = WatchAsync(client, request, parsed.InvocationConfiguration.Error, cancellationToken);
            await ShowAsync(parsed, measurements.Take(parsed.GetValue(CatalogOptions.Limit) ?? int.MaxValue), cancellationToken);
            return 0;
        });
        return command;
    }

    private static async Task ShowAsync(ParseResult parsed, IAsyncEnumerable<WatchLiveResponse> measurements, CancellationToken cancellationToken)
    {
        var output = parsed.InvocationConfiguration.Output;
        var console = Consoles.On(output);
        try
        {
            if (parsed.GetValue(CatalogOptions.Json))
            {
                await new MessageOutput(output, json: true).ListAsync(measurements, [], cancellationToken);
            }
            else if (console.Profile.Capabilities.Ansi)
            {
                await console.Live(new Text("")).StartAsync(async screen => await measurements.ForEachAsync(
                    measurement =>
                    {
                        screen.UpdateTarget(LiveText.Screen(measurement));
                        screen.Refresh();
                    },
                    cancellationToken));
            }
            else
            {
                await measurements.ForEachAsync(measurement => output.WriteLine(LiveText.Line(measurement)), cancellationToken);
            }
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            // Ctrl-C is how one stops to watch.
        }
    }

    /// <summary>Watches, and again at another replica when the one that was watched shuts down.</summary>
    private static async IAsyncEnumerable<WatchLiveResponse> WatchAsync(
        QoeService.QoeServiceClient client, WatchLiveRequest request, TextWriter errors, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            using var call = client.WatchLive(request, cancellationToken: cancellationToken);
            var isWatching = false;
            while (await NextAsync(call.ResponseStream, isWatching, cancellationToken))
            {
                isWatching = true;
                yield return call.ResponseStream.Current;
            }

            await errors.WriteLineAsync("The service went away; watching again.");
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<bool> NextAsync(IAsyncStreamReader<WatchLiveResponse> stream, bool isWatching, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.MoveNext(cancellationToken);
        }
        catch (RpcException exception) when (isWatching && exception.StatusCode is StatusCode.Unavailable)
        {
            return false;
        }
    }

    private static async Task ForEachAsync<T>(this IAsyncEnumerable<T> items, Action<T> show, CancellationToken cancellationToken)
    {
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            show(item);
        }
    }
}
