using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MoviesNow.LocalS3;
using MoviesNow.Testing;

namespace MoviesNow.Playback.Tests.Protection;

/// <summary>
/// Debian's nginx in front of the private bucket, with the files of <c>deploy/nginx</c> as they are, and settings of the test's own. Its
/// folder goes when it ends.
/// </summary>
internal sealed class NginxEdge : IAsyncDisposable
{
    private const string Module = "/usr/lib/nginx/modules/ngx_http_js_module.so";

    private static readonly string[] Shipped = ["playback.conf", "playback-locations.conf", "s3.js"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("moviesnow-nginx-");
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private NginxEdge(LocalS3Host bucket, string bucketName, IEnumerable<(string Id, string Secret)> keys, int port)
    {
        if (!File.Exists(Module))
        {
            throw new InvalidOperationException("nginx is not installed. Install it with: sudo apt-get install nginx-light libnginx-mod-http-js.");
        }

        foreach (var file in Shipped)
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, "nginx", file), Path.Combine(_folder.FullName, file));
        }

        File.WriteAllText(Path.Combine(_folder.FullName, "playback-settings.conf"), Settings(bucket, bucketName, keys));
        File.WriteAllText(Path.Combine(_folder.FullName, "nginx.conf"), Main(port));
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        _process = Process.Start(new ProcessStartInfo("nginx", ["-p", _folder.FullName, "-c", "nginx.conf"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        (_output, _errors) = (_process.StandardOutput.ReadToEndAsync(), _process.StandardError.ReadToEndAsync());
    }

    public Uri Address { get; }

    public static async Task<NginxEdge> StartAsync(LocalS3Host bucket, string bucketName, params (string Id, string Secret)[] keys)
    {
        var edge = new NginxEdge(bucket, bucketName, keys, FreePort());
        while (!await edge.ListensAsync())
        {
            if (edge._process.HasExited)
            {
                throw new InvalidOperationException($"nginx ended: {await edge._errors}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        return edge;
    }

    /// <summary>Stops it and gives all that it logged.</summary>
    public async Task<string> StopAsync()
    {
        if (!_process.HasExited)
        {
            await Tool.RunAsync("nginx", _folder.FullName, "-p", _folder.FullName, "-c", "nginx.conf", "-s", "stop");
            await _process.WaitForExitAsync();
        }

        return await _output + await _errors;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string Settings(LocalS3Host bucket, string bucketName, IEnumerable<(string Id, string Secret)> keys) => $$"""
        map $grant_key $grant_secret {
            default "";
            {{string.Join("\n    ", keys.Select(key => $"{key.Id} {key.Secret};"))}}
        }
        map "" $s3_url { default "{{bucket.Url}}"; }
        map "" $s3_host { default "{{new Uri(bucket.Url).Authority}}"; }
        map "" $s3_bucket { default "{{bucketName}}"; }
        map "" $s3_region { default "{{bucket.Region}}"; }
        map "" $s3_access_key { default "{{bucket.AccessKey}}"; }
        map "" $s3_secret_key { default "{{bucket.SecretKey}}"; }
        """;

    private string Main(int port) => $$"""
        load_module {{Module}};
        daemon off;
        worker_processes 1;
        error_log stderr notice;
        pid {{_folder.FullName}}/nginx.pid;
        user root;
        events { worker_connections 256; }
        http {
            client_body_temp_path {{_folder.FullName}}/body;
            proxy_temp_path {{_folder.FullName}}/proxy;
            fastcgi_temp_path {{_folder.FullName}}/fastcgi;
            uwsgi_temp_path {{_folder.FullName}}/uwsgi;
            scgi_temp_path {{_folder.FullName}}/scgi;
            include playback.conf;
            server {
                listen 127.0.0.1:{{port}};
                listen 127.0.0.2:{{port}};
                listen [::1]:{{port}};
                include playback-locations.conf;
            }
        }
        """;

    private async Task<bool> ListensAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
