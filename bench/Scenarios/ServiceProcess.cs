using System.Diagnostics;
using Grpc.Net.Client;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Bench.Scenarios;

/// <summary>
/// The server of the hot calls in a process of its own: what is observed in one process is observed for all servers in it, so that one
/// with export and one without could not be told apart.
/// </summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    /// <summary>What this program is called with to be such a process.</summary>
    public const string Command = "serve";

    private readonly Process _process;
    private readonly GrpcChannel _channel;

    private ServiceProcess(Process process, string address) => (_process, _channel) = (process, GrpcHost.Connect(address));

    /// <summary>Starts one.</summary>
    /// <param name="redis">Connection string.</param>
    /// <param name="settings">Further settings.</param>
    public static async Task<ServiceProcess> StartAsync(string redis, params (string Name, string Value)[] settings)
    {
        string[] arguments = ["exec", typeof(ServiceProcess).Assembly.Location, Command, redis, .. settings.Select(setting => $"{setting.Name}={setting.Value}")];
        var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        var address = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start.");
        return new ServiceProcess(process, address);
    }

    /// <summary>Serves until the starter closes the input, or is gone.</summary>
    public static async Task ServeAsync(string[] arguments)
    {
        await using var host = await GrpcHost.StartServiceAsync(
            arguments[0], [.. arguments[1..].Select(argument => argument.Split('=', 2)).Select(pair => (pair[0], (string?)pair[1]))]);
        Console.WriteLine(host.Address);
        await Console.In.ReadToEndAsync();
    }

    public TitleService.TitleServiceClient Client() => new(_channel);

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
