using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using MoviesNow.Testing;
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
    private const string Database = "ConnectionStrings:uploaddb";

    private readonly ReplicaProcess _process;
    private readonly GrpcChannel _channel;

    private Victim(ReplicaProcess process) => (_process, _channel) = (process, GrpcChannel.ForAddress(process.Address));

    /// <summary>A client's way to it.</summary>
    public CallInvoker Calls => _channel.Intercept(headers =>
    {
        headers.Add("authorization", $"Bearer {Identity.Admin.Token()}");
        return headers;
    });

    public static async Task<Victim> StartAsync(IReadOnlyDictionary<string, string?> settings) => new(await ReplicaProcess.StartAsync(
        typeof(UploadOptions).Assembly.Location,
        [
            .. settings,
            new(Database, $"{settings[Database]};Maximum Pool Size={Connections}"),
            new(Failpoints.Variable, "on"),
            new("DOTNET_ThreadPool_ForceMinWorkerThreads", Threads),
            new("Auth:LocalSigningKey", Identity.SigningKey),
            new("RateLimits:Enabled", "false"),
        ]));

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
        await _process.DisposeAsync();
        _channel.Dispose();
    }
}
