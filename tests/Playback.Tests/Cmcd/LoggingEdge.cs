using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MoviesNow.Testing;

namespace MoviesNow.Playback.Tests.Cmcd;

/// <summary>Debian's nginx in front of an address as a CDN is, with the log that <c>deploy/nginx/cmcd-log.conf</c> describes.</summary>
internal sealed class LoggingEdge : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("moviesnow-cdn-");
    private readonly Process _process;

    private LoggingEdge(string origin, int port)
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "nginx", "cmcd-log.conf"), Path.Combine(_folder.FullName, "cmcd-log.conf"));
        File.WriteAllText(Path.Combine(_folder.FullName, "nginx.conf"), Main(origin, port));
        Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        _process = Process.Start(new ProcessStartInfo("nginx", ["-p", _folder.FullName, "-c", "nginx.conf"]) { UseShellExecute = false })!;
    }

    public string Address { get; }

    public static async Task<LoggingEdge> StartAsync(string origin)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var edge = new LoggingEdge(origin, port);
        using var client = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"{edge.Address}/cmcd.html"));
                return edge;
            }
            catch (HttpRequestException) when (!edge._process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    /// <summary>The lines of one of its logs that name a session, in a file of their own.</summary>
    /// <param name="log">Its name: the log's format.</param>
    /// <param name="session">The session's id.</param>
    public string LogOf(string log, string session)
    {
        var file = Path.Combine(_folder.FullName, $"{log}-{session}.log");
        File.WriteAllLines(file, File.ReadLines(Path.Combine(_folder.FullName, $"{log}.log")).Where(line => line.Contains(session, StringComparison.Ordinal)));
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await Tool.RunAsync("nginx", _folder.FullName, "-p", _folder.FullName, "-c", "nginx.conf", "-s", "stop");
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private string Main(string origin, int port) => $$"""
        daemon off;
        worker_processes 1;
        error_log {{_folder.FullName}}/error.log;
        pid {{_folder.FullName}}/nginx.pid;
        user root;
        events { worker_connections 256; }
        http {
            client_body_temp_path {{_folder.FullName}}/body;
            proxy_temp_path {{_folder.FullName}}/proxy;
            fastcgi_temp_path {{_folder.FullName}}/fastcgi;
            uwsgi_temp_path {{_folder.FullName}}/uwsgi;
            scgi_temp_path {{_folder.FullName}}/scgi;
            include cmcd-log.conf;
            server {
                listen 127.0.0.1:{{port}};
                access_log {{_folder.FullName}}/cmcd.log cmcd;
                access_log {{_folder.FullName}}/cmcd_json.log cmcd_json;
                location / { proxy_pass {{origin}}; }
            }
        }
        """;
}
