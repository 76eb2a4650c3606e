using System.CommandLine;
using Grpc.Core;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Connection;
using MoviesNow.Cli.Tokens;

namespace MoviesNow.Cli.Demo;

/// <summary><c>moviesnow demo</c>: season ZIPs and a film make the round trip through the running system.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var command = new Command(
            "demo",
            "Creates a series, uploads two seasons as ZIPs, downloads them again as the public; then a film, which is uploaded, played through the CDN, and reported on.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = CliConfiguration.Load();
            using var connections = new ServiceConnections(configuration, Console.Error);
            using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
            var directory = Directory.CreateTempSubdirectory("moviesnow-demo-");
            try
            {
                var console = DemoConsole.Create();
                var call = new CatalogCall(parsed, Admin(connections), cancellationToken);
                var films = new FilmDemo(call, http, console, directory.FullName);
                var mediaUrl = configuration["MediaUrl"] is { Length: > 0 } url ? new Uri(url) : null;
                await new DemoRun(connections, films, http, console, directory.FullName, mediaUrl).RunAsync(cancellationToken);
                return 0;
            }
            finally
            {
                directory.Delete(recursive: true);
            }
        });
        return command;
    }

    private static CatalogClients Admin(ServiceConnections connections) => new(
        connections.Connect("catalog", DevelopmentIdentity.Admin),
        new Lazy<CallInvoker>(() => connections.Connect("upload", DevelopmentIdentity.Admin)),
        new Lazy<CallInvoker>(() => connections.Connect("delivery", DevelopmentIdentity.Admin)));
}
