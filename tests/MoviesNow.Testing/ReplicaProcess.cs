using System.Diagnostics;
using System.Globalization;
using MoviesNow.EmbeddedServers;

namespace MoviesNow.Testing;

/// <summary>A service as a process of its own, as it is deployed, which may be killed.</summary>
public sealed class ReplicaProcess : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private ReplicaProcess(ServerProcess process, int port) => (_process, Port) = (process, port);

    /// <summary>The port of its endpoint <c>grpc</c> on the loopback.</summary>
    public int Port { get; }

    /// <summary>Where its endpoint <c>grpc</c> is.</summary>
    public string Address => Url(Port);

    /// <summary>Whether it has not ended.</summary>
    public bool IsRunning => _process.IsRunning;

    /// <summary>What it has written so far.</summary>
    public string Output => _process.Output;

    /// <summary>Its number among the machine's processes.</summary>
    public int ProcessId => _process.ProcessId ?? throw new InvalidOperationException("It has ended.");

    /// <summary>Processor time that it took so far.</summary>
    public TimeSpan Processor
    {
        get
        {
            using var process = Process.GetProcessById(ProcessId);
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts one, and waits until it is alive.</summary>
    /// <param name="program">The service's assembly, beside which its settings files are.</param>
    /// <param name="settings">Settings by their names in configuration; others are as in development.</param>
    public static async Task<ReplicaProcess> StartAsync(string program, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var (port, webPort) = (FreePort.Next(), FreePort.Next());
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Logging__LogLevel__Default"] = "Warning",
        };
        foreach (var (name, value) in settings)
        {
            environment[name.Replace(":", "__", StringComparison.Ordinal)] = value ?? "";
        }

        // Last, for settings of a host in a test's own process have its ports.
        environment["Kestrel__Endpoints__grpc__Url"] = Url(port);
        environment["Kestrel__Endpoints__grpc__Protocols"] = "Http2";
        environment["Kestrel__Endpoints__http__Url"] = Url(webPort);
        environment["Kestrel__Endpoints__http__Protocols"] = "Http1";
        var command = new ServerCommand("dotnet", ["exec", program], environment, Path.GetDirectoryName(program)!);
        return new(await ServerProcess.StartAsync(Path.GetFileNameWithoutExtension(program), command, token => IsUpAsync(webPort, token)), port);
    }

    /// <summary>SIGKILL: nothing of the process runs any more, and its connections break.</summary>
    public Task KillAsync() => _process.KillAsync();

    public async ValueTask DisposeAsync()
    {
        await _process.KillAsync();
        await _process.DisposeAsync();
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
