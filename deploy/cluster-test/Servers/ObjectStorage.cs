using System.Diagnostics;
using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using MoviesNow.ClusterTest.Network;
using MoviesNow.EmbeddedServers;
using MoviesNow.Testing;

namespace MoviesNow.ClusterTest.Servers;

/// <summary>The bucket: Ceph's gateway with a Ceph of one node behind it, or LocalS3.</summary>
internal sealed class ObjectStorage(ClusterSettings settings) : IAsyncDisposable
{
    private const int Port = 9000;
    private const string AccessKey = "cluster-access-key";
    private const string Bucket = "media";
    private const string Gateway = "radosgw";

    private Node? _node;
    private ServerCommand? _gateway;
    private Process? _newGateway;

    public string Address => $"http://{_node!.Address}:{Port}";

    /// <summary>Settings of services.</summary>
    public IEnumerable<KeyValuePair<string, string>> ServiceSettings =>
    [
        new("Storage__Backend", settings.Storage is "ceph" ? "Ceph" : "LocalS3"),
        new("Storage__ServiceUrl", Address),
        new("Storage__Bucket", Bucket),
        new("Storage__Region", "us-east-1"),
        new("Storage__AccessKeyId", AccessKey),
        new("Storage__SecretAccessKey", settings.Password),
    ];

    public async Task StartAsync()
    {
        var machine = await Machine.CreateAsync("s3", 40);
        _node = settings.Storage is "ceph" ? await StartCephAsync(machine) : await StartLocalAsync(machine);
        if (settings.Storage is "ceph")
        {
            using var client = Client();
            await client.PutBucketAsync(Bucket);
        }
    }

    /// <summary>Kills the gateway; what is stored stays.</summary>
    public async Task KillAsync()
    {
        if (settings.Storage is not "ceph")
        {
            await _node!.KillAsync();
            return;
        }

        var (id, _) = await Tool.RunAsync("pgrep", "/", "-x", Gateway);
        var line = await File.ReadAllTextAsync($"/proc/{id.Trim()}/cmdline");
        var arguments = line.TrimEnd('\0').Split('\0');
        _gateway = Commands.Of(arguments[0], arguments[1..]);
        await Tool.RunAsync("kill", "/", "-KILL", id.Trim());
    }

    /// <summary>Starts the gateway again.</summary>
    public async Task StartAgainAsync()
    {
        if (_gateway is null)
        {
            await _node!.StartAgainAsync();
            return;
        }

        var command = _node!.Machine.Run(_gateway);
        _newGateway = Process.Start(new ProcessStartInfo(command.File, command.Arguments) { UseShellExecute = false });
        await Probes.UntilAsync("The S3 gateway answers", TimeSpan.FromSeconds(60), async () => await Probes.StatusAsync(Address) is not 0);
    }

    /// <summary>Keys below a prefix, each once for each time that it is listed.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string prefix)
    {
        using var client = Client();
        var keys = new List<string>();
        var request = new ListObjectsV2Request { BucketName = Bucket, Prefix = prefix };
        ListObjectsV2Response page;
        do
        {
            page = await client.ListObjectsV2Async(request);
            keys.AddRange((page.S3Objects ?? []).Select(found => found.Key));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated ?? false);
        return keys;
    }

    /// <summary>What nginx reads: the bucket, and the key that grants are signed with.</summary>
    public string NginxSettings() => $$"""
        map $grant_key $grant_secret { default ""; {{MediaCdn.GrantKeyId}} {{settings.GrantKey}}; }
        map "" $s3_url { default "{{Address}}"; }
        map "" $s3_host { default "{{_node!.Address}}:{{Port}}"; }
        map "" $s3_bucket { default "{{Bucket}}"; }
        map "" $s3_region { default "us-east-1"; }
        map "" $s3_access_key { default "{{AccessKey}}"; }
        map "" $s3_secret_key { default "{{settings.Password}}"; }
        """;

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.Machine.KillEverythingAsync();
            await _node.DisposeAsync();
        }

        _newGateway?.Dispose();
    }

    private AmazonS3Client Client() => new(
        new BasicAWSCredentials(AccessKey, settings.Password),
        new AmazonS3Config { ServiceURL = Address, ForcePathStyle = true, AuthenticationRegion = "us-east-1", RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED });

    private Task<Node> StartCephAsync(Machine machine)
    {
        var folder = settings.FolderOf(machine.Name);
        var ready = Path.Combine(folder, "ready");
        var command = Commands.Of(Path.Combine(settings.Repository, "tests", "ceph", "with-rgw"), "sh", "-c", "touch \"$1\"; exec sleep infinity", "sh", ready) with
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["TMPDIR"] = folder,
                ["RGW_ADDRESS"] = machine.Address,
                ["RGW_PORT"] = Port.ToString(CultureInfo.InvariantCulture),
                ["RGW_ACCESS_KEY"] = AccessKey,
                ["RGW_SECRET_KEY"] = settings.Password,
            },
        };
        return Node.StartAsync(machine, command, _ => Task.FromResult(File.Exists(ready)));
    }

    private Task<Node> StartLocalAsync(Machine machine)
    {
        var command = Commands.Of("dotnet", "exec", Path.Combine(settings.Binaries, "LocalS3", "MoviesNow.LocalS3.dll")) with
        {
            WorkingDirectory = Path.Combine(settings.Binaries, "LocalS3"),
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Kestrel__Endpoints__http__Url"] = $"http://{machine.Address}:{Port}",
                ["LocalS3__DataDirectory"] = settings.FolderOf(machine.Name),
                ["LocalS3__AccessKey"] = AccessKey,
                ["LocalS3__SecretKey"] = settings.Password,
                ["LocalS3__Buckets__0"] = Bucket,
                ["Logging__LogLevel__Default"] = "Warning",
            },
        };
        return Node.StartAsync(machine, command, Probes.Page($"http://{machine.Address}:{Port}/_health"));
    }
}
