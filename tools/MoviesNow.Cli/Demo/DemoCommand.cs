using System.CommandLine;
using MoviesNow.Cli.Connection;

namespace MoviesNow.Cli.Demo;

/// <summary><c>moviesnow demo</c>: a season ZIP makes the round trip through the running system.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var command = new Command("demo", "Creates a series, uploads two seasons as ZIPs, downloads them again as the public, and records a playback session.");
        command.SetAction(async (_, cancellationToken) =>
        {
            using var connections = new ServiceConnections(CliConfiguration.Load(), Console.Error);
            using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
            var directory = Directory.CreateTempSubdirectory("moviesnow-demo-");
            try
            {
                await new DemoRun(connections, http, DemoConsole.Create(), directory.FullName).RunAsync(cancellationToken);
                return 0;
            }
            finally
            {
                directory.Delete(recursive: true);
            }
        });
        return command;
    }
}
