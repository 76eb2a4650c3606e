using System.Diagnostics;
using System.Net.Sockets;
using Aspire.Hosting.Execution.Networking;

namespace Aspire.Hosting.ApplicationModel;

[DebuggerDisplay("Name = {Name}, Port = {Port}, TargetPort = {TargetPort}")]
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private readonly TaskCompletionSource<AllocatedEndpoint> _allocated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _transport;

    public EndpointAnnotation(
        ProtocolType protocol, string? uriScheme = null, string? transport = null, string? name = null, int? port = null, int? targetPort = null,
        bool? isExternal = null, bool isProxied = true)
    {
        UriScheme = uriScheme ?? protocol.ToString().ToLowerInvariant();
        Name = name ?? UriScheme;
        ResourceName.Validate(Name, "Endpoint");
        Protocol = protocol;
        _transport = transport;
        Port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied;
    }

    public string Name { get; set; }

    public ProtocolType Protocol { get; set; }

    /// <summary>The port that callers use; any free one when null.</summary>
    public int? Port { get; set; }

    /// <summary>The port that the process itself listens on; the caller's port, or any free one, when null.</summary>
    public int? TargetPort { get; set; }

    public string UriScheme { get; set; }

    /// <summary>The host that the process binds to.</summary>
    public string TargetHost { get; set; } = "localhost";

    public string Transport
    {
        get => _transport ?? (UriScheme is "http" or "https" ? "http" : Protocol.ToString().ToLowerInvariant());
        set => _transport = value;
    }

    public bool IsExternal { get; set; }

    public bool IsProxied { get; set; }

    /// <summary>The variable by which the process is told its target port.</summary>
    public string? TargetPortEnvironmentVariable { get; set; }

    public AllocatedEndpoint? AllocatedEndpoint
    {
        get => _allocated.Task.IsCompletedSuccessfully ? _allocated.Task.Result : null;
        set => _allocated.TrySetResult(value ?? throw new ArgumentNullException(nameof(value)));
    }

    internal bool FromLaunchProfile { get; init; }

    internal bool FromKestrelConfiguration { get; init; }

    /// <summary>Where the replicas listen, once allocated.</summary>
    internal IReadOnlyList<ReplicaTarget> Targets { get; set; } = [];

    internal Task<AllocatedEndpoint> Allocation => _allocated.Task;
}

[DebuggerDisplay("{UriString}")]
public class AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port)
{
    public EndpointAnnotation Endpoint { get; } = endpoint;

    public string Address { get; } = address;

    public int Port { get; } = port;

    public string UriScheme => Endpoint.UriScheme;

    public string EndPointString => $"{Address}:{Port}";

    public string UriString => $"{UriScheme}://{EndPointString}";

    public override string ToString() => UriString;
}
