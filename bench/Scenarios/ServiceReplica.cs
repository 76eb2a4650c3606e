using System.Diagnostics;
using System.Globalization;
using MoviesNow.EmbeddedServers;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Bench.Scenarios;

/// <summary>A service as a process of its own, as it is deployed.</summary>
internal sealed class ServiceReplica : IAsyncDisposable
{
    private readonly ProgramProcess _process;

    private ServiceReplica(ProgramProcess process, int port) => (_process, Port) = (process, port);

    /// <summary>The port of its endpoint <c>grpc</c>.</summary>
    public int Port { get; }

    /// <summary>Processor time that it took so far.</summary>
    public TimeSpan Processor => _process.Processor;

    /// <summary>Starts one, and waits until it listens.</summary>
    /// <param name="service">Its name, such as <c>Delivery</c>.</param>
    /// <param name="settings">Its settings.</param>
    public static async Task<ServiceReplica> StartAsync(string service, IReadOnlyDictionary<string, string?> settings)
    {
        var (grpc, http) = (FreePort.Next(), FreePort.Next());
        var here = AppContext.BaseDirectory.TrimEnd('/');
        var folder = Path.GetFullPath(Path.Combine(here, "..", "..", service, Path.GetFileName(here)));
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(folder, $"MoviesNow.{service}.dll")]) { WorkingDirectory = folder };
        foreach (var (name, value) in settings.Append(new("Auth:LocalSigningKey", Identity.SigningKey)).Append(Url("grpc", grpc)).Append(Url("http", http)))
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return new ServiceReplica(await ProgramProcess.StartAsync(start, grpc), grpc);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static KeyValuePair<string, string?> Url(string endpoint, int port) =>
        new($"Kestrel:Endpoints:{endpoint}:Url", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
}
