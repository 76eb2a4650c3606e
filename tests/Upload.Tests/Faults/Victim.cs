using System.Globalization;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using MoviesNow.EmbeddedServers;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload;
using MoviesNow.Upload.Uploads;

namespace UploadTests.Faults;

/// <summary>The service as a process of its own, one more replica of a system. It holds calls at the step that each names, until it is killed.</summary>
internal sealed class Victim : IAsyncDisposable
{
    // Held calls keep their threads, and some their connection to the database.
    private const string Threads = "80";
    private const int Connections = 60;

    private readonly ServerProcess _process;
    private readonly GrpcChannel _channel;

    private Victim(ServerProcess process, GrpcChannel channel) => (_process, _channel) = (process, channel);

    /// <summary>A client's way to it.</summary>
    public CallInvoker Calls => _channel.Intercept(headers =>
    {
        headers.Add("authorization", $"Bearer {Identity.Admin.Token()}");
        return headers;
    });

    public static async Task<Victim> StartAsync(IReadOnlyDictionary<string, string?> settings)
    {
        var (port, webPort) = (FreePort.Next(), FreePort.Next());
        var environment = settings.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value!, StringComparer.Ordinal);
        environment["ConnectionStrings__uploaddb"] += $";Maximum Pool Size={Connections}";
        environment[Failpoints.Variable] = "on";
        environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        environment["DOTNET_ThreadPool_ForceMinWorkerThreads"] = Threads;
        environment["Auth__LocalSigningKey"] = Identity.SigningKey;
        environment["RateLimits__Enabled"] = "false";
        environment["Logging__LogLevel__Default"] = "Warning";
        environment["Kestrel__Endpoints__grpc__Url"] = Url(port);
        environment["Kestrel__Endpoints__grpc__Protocols"] = "Http2";
        environment["Kestrel__Endpoints__http__Url"] = Url(webPort);

        var program = typeof(UploadOptions).Assembly.Location;
        var command = new ServerCommand("dotnet", [program], environment, Path.GetDirectoryName(program)!);
        var process = await ServerProcess.StartAsync("upload", command, token => IsUpAsync(webPort, token));
        return new Victim(process, GrpcChannel.ForAddress(Url(port)));
    }

    /// <summary>Waits until so many calls are held at the step.</summary>
    public Task HoldsAsync(int calls) => Eventually.HoldsAsync(() =>
    {
        var held = _process.Output.Split('\n').Count(line => line.StartsWith(Failpoints.Held, StringComparison.Ordinal));
        return _process.IsRunning ? Task.FromResult(held == calls) : throw new InvalidOperationException($"It ended by itself: {_process.Output}");
    });

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
