using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MoviesNow.LocalS3.Tests.Support;

/// <summary>The endpoint as a process of its own, which can be killed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    public const string AccessKey = "crash-access";
    public const string SecretKey = "crash-secret";
    private readonly Process _process;

    private ServerProcess(Process process, string url) => (_process, Url) = (process, url);

    public string Url { get; }

    public int Id => _process.Id;

    public static async Task<ServerProcess> StartAsync(string dataDirectory)
    {
        var url = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
                 {
                     Path.ChangeExtension(typeof(LocalS3Server).Assembly.Location, ".dll"), $"--LocalS3:DataDirectory={dataDirectory}", $"--LocalS3:AccessKey={AccessKey}",
                     $"--LocalS3:SecretKey={SecretKey}", "--LocalS3:Buckets=movies", $"--Kestrel:Endpoints:http:Url={url}",
                 })
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                if ((await http.GetAsync(new Uri(url + "/_health"), limit.Token)).IsSuccessStatusCode)
                    return new ServerProcess(process, url);
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(20, limit.Token);
            }
        }
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
