using System.Globalization;
using Grpc.Net.Client;
using MoviesNow.EmbeddedServers;
using MoviesNow.Telemetry;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;

namespace Telemetry.Tests.Faults;

/// <summary>The service as a process of its own, one more replica, until it is killed.</summary>
internal sealed class Victim : IAsyncDisposable
{
    private readonly ServerProcess _process;
    private readonly GrpcChannel _channel;

    private Victim(ServerProcess process, GrpcChannel channel) => (_process, _channel) = (process, channel);

    /// <summary>A player's way to it.</summary>
    public PlaybackSessionService.PlaybackSessionServiceClient Client => new(_channel);

    public static async Task<Victim> StartAsync(IReadOnlyDictionary<string, string?> settings)
    {
        var (port, webPort) = (FreePort.Next(), FreePort.Next());
        var environment = settings.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value!, StringComparer.Ordinal);
        environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        environment["Auth__LocalSigningKey"] = Identity.SigningKey;
        environment["RateLimits__Enabled"] = "false";
        environment["Logging__LogLevel__Default"] = "Warning";
        environment["Kestrel__Endpoints__grpc__Url"] = Url(port);
        environment["Kestrel__Endpoints__grpc__Protocols"] = "Http2";
        environment["Kestrel__Endpoints__http__Url"] = Url(webPort);
        environment["Kestrel__Endpoints__http__Protocols"] = "Http1";

        var program = typeof(TelemetryOptions).Assembly.Location;
        var command = new ServerCommand("dotnet", [program], environment, Path.GetDirectoryName(program)!);
        var process = await ServerProcess.StartAsync("telemetry", command, token => IsUpAsync(webPort, token));
        return new Victim(process, GrpcChannel.ForAddress(Url(port)));
    }

    /// <summary>SIGKILL: nothing of the process runs any more, and its connections break.</summary>
    public Task KillAsync() => _process.KillAsync();

    public async ValueTask DisposeAsync()
    {
        await _process.KillAsync();
        await _process.DisposeAsync();
        _channel.Dispose();
    }

    private static async Task<bool> IsUpAsync(int webPort, CancellationToken cancellationToken)
    {
        try
        {
            using var http = new HttpClient();
            using var answer = await http.GetAsync($"{Url(webPort)}/health/live", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Url(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
}
