using MoviesNow.ClusterTest.Network;

namespace MoviesNow.ClusterTest.Servers;

/// <summary>nginx with the files of <c>deploy/nginx</c> as the CDN.</summary>
internal sealed class MediaCdn : IAsyncDisposable
{
    /// <summary>Id of the key that grants are signed with.</summary>
    public const string GrantKeyId = "k1";

    private const int Number = 3;
    private const int Port = 8080;
    private const string Module = "/usr/lib/nginx/modules/ngx_http_js_module.so";

    private readonly Node _node;

    private MediaCdn(Node node) => _node = node;

    /// <summary>Where players find it.</summary>
    public static string Url => $"http://{Machine.AddressOf(Number)}:{Port}/";

    public static async Task<MediaCdn> StartAsync(ClusterSettings settings, ObjectStorage storage)
    {
        var machine = await Machine.CreateAsync("cdn", Number);
        var folder = settings.FolderOf(machine.Name);
        Directory.CreateDirectory(Path.Combine(folder, "temp"));
        foreach (var file in (string[])["playback.conf", "playback-locations.conf", "s3.js"])
        {
            File.Copy(Path.Combine(settings.Repository, "deploy", "nginx", file), Path.Combine(folder, file));
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "playback-settings.conf"), storage.NginxSettings());
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), $$"""
            load_module {{Module}};
            daemon off;
            master_process off;
            error_log {{settings.LogOf(machine.Name)}} warn;
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
                    listen {{machine.Address}}:{{Port}};
                    location = /_health { access_log off; return 204; }
                    include playback-locations.conf;
                }
            }
            """);
        return new(await Node.StartAsync(
            machine, Commands.Of("nginx", "-p", folder, "-c", "nginx.conf", "-e", "stderr"), Probes.Page($"{Url}_health")));
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();
}
