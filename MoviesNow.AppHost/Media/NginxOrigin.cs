using MoviesNow.AppHost.Backing;
using MoviesNow.AppHost.Local;
using MoviesNow.AppHost.Startup;
using MoviesNow.EmbeddedServers;

namespace MoviesNow.AppHost.Media;

/// <summary>
/// nginx of this machine as the CDN: the files of <c>deploy/nginx</c> as they are, with settings of this checkout. All that it writes is in the
/// home directory, but for its log, which the dashboard shows.
/// </summary>
internal sealed class NginxOrigin
{
    /// <summary>Id of the key that grants are signed with.</summary>
    public const string KeyId = "k1";

    private const int PreferredPort = 5150;
    private const string Configuration = "nginx.conf";
    private const string Health = "/_health";

    private static readonly string[] Shipped = ["playback.conf", "playback-locations.conf", "s3.js"];

    // Where Debian puts it, which is not in everybody's PATH, and others.
    private static readonly string[] Folders =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin", "/usr/local/sbin"];

    private static readonly string[] Modules = ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/local/lib/nginx/modules"];

    private readonly string _program;
    private readonly string _folder;
    private readonly int _port;

    private NginxOrigin(string program, string folder, int port) => (_program, _folder, _port) = (program, folder, port);

    private string[] Arguments => ["-p", _folder, "-c", Configuration, "-e", "stderr"];

    /// <summary>Writes what nginx reads, and has nginx check it.</summary>
    /// <returns>nginx, or why it cannot run.</returns>
    public static async Task<(NginxOrigin? Origin, string? Problem)> PrepareAsync(
        IDistributedApplicationBuilder builder, LocalHome home, LocalSecrets secrets, LocalBucket bucket)
    {
        var program = Folders.Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, "nginx")).FirstOrDefault(File.Exists);
        var module = Modules.Select(folder => Path.Combine(folder, "ngx_http_js_module.so")).FirstOrDefault(File.Exists);
        if (program is null || module is null)
        {
            return (null, "nginx is not installed with its module njs (Debian: nginx-light, libnginx-mod-http-js)");
        }

        var origin = new NginxOrigin(program, home.PathOf("cdn"), FreePort.Prefer(PreferredPort));
        await origin.WriteAsync(Path.Combine(builder.AppHostDirectory, "..", "deploy", "nginx"), module, secrets, bucket);
        var (exitCode, output) = await ToolRun.RunAsync(program, [.. origin.Arguments, "-t", "-q"]);
        return exitCode == 0 ? (origin, null) : (null, $"it refuses its configuration: {output.Trim()}");
    }

    /// <summary>Adds it to the model.</summary>
    public MediaOrigin Add(IDistributedApplicationBuilder builder)
    {
        var server = builder.AddExecutable("cdn", _program, _folder, Arguments)
            .WithHttpEndpoint(port: _port, targetPort: _port, name: "http", isProxied: false)
            .WithReadiness("http", Health)
            .WithUrls(context => context.Urls.ForEach(url => (url.DisplayText, url.DisplayLocation) = ("CDN", UrlDisplayLocation.DetailsOnly)));
        return new MediaOrigin(ReferenceExpression.Create($"http://127.0.0.1:{_port.ToString()}/"), server);
    }

    private async Task WriteAsync(string source, string module, LocalSecrets secrets, LocalBucket bucket)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "temp"));
        foreach (var file in Shipped)
        {
            File.Copy(Path.Combine(source, file), Path.Combine(_folder, file), overwrite: true);
        }

        var grantKey = await secrets.GrantKey.Resource.GetValueAsync(CancellationToken.None);
        var secretKey = await bucket.SecretKey.Resource.GetValueAsync(CancellationToken.None);
        OwnerOnlyFile.Write(Path.Combine(_folder, "playback-settings.conf"), $$"""
            map $grant_key $grant_secret {
                default "";
                {{KeyId}} {{grantKey}};
            }
            map "" $s3_url { default "http://127.0.0.1:{{bucket.Port}}"; }
            map "" $s3_host { default "127.0.0.1:{{bucket.Port}}"; }
            map "" $s3_bucket { default "{{bucket.Name}}"; }
            map "" $s3_region { default "us-east-1"; }
            map "" $s3_access_key { default "{{bucket.AccessKey}}"; }
            map "" $s3_secret_key { default "{{secretKey}}"; }
            """);
        await File.WriteAllTextAsync(Path.Combine(_folder, Configuration), Server(module, _port));
    }

    // One process: it is enough for one developer, it needs no other account where it runs as root, and nothing of it outlives it.
    private static string Server(string module, int port) => $$"""
        load_module {{module}};
        daemon off;
        master_process off;
        error_log stderr warn;
        pid nginx.pid;
        events { worker_connections 256; }
        http {
            client_body_temp_path temp/body;
            proxy_temp_path temp/proxy;
            fastcgi_temp_path temp/fastcgi;
            uwsgi_temp_path temp/uwsgi;
            scgi_temp_path temp/scgi;
            include playback.conf;
            server {
                listen 127.0.0.1:{{port}};
                location = {{Health}} { access_log off; return 204; }
                include playback-locations.conf;
            }
        }
        """;
}
