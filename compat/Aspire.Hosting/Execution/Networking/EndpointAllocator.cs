using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution.Networking;

/// <summary>Gives every endpoint its ports before anything starts, so that whoever refers to one never has to wait.</summary>
internal static class EndpointAllocator
{
    public static void Allocate(IResource resource)
    {
        var replicas = resource.GetReplicaCount();
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.AllocatedEndpoint is null))
        {
            if (replicas > 1)
                Refuse(resource, endpoint);

            var port = endpoint.Port ?? (replicas == 1 ? endpoint.TargetPort : null) ?? Ports.Reserve();
            endpoint.Targets = replicas == 1
                ? [new(Separate(endpoint) ? endpoint.TargetPort!.Value : port)]
                : [.. Enumerable.Range(0, replicas).Select(_ => new ReplicaTarget(Ports.Reserve()))];
            endpoint.AllocatedEndpoint = new(endpoint, "localhost", port);
        }
    }

    /// <summary>Whether a proxy stands between the callers and the process; one process on a port of its own needs none.</summary>
    public static bool NeedsProxy(EndpointAnnotation endpoint) => endpoint.Targets.Count > 1 || endpoint.Targets[0].Port != endpoint.AllocatedEndpoint!.Port;

    private static bool Separate(EndpointAnnotation endpoint) =>
        endpoint is { IsProxied: true, Port: not null, TargetPort: not null } && endpoint.Port != endpoint.TargetPort;

    private static void Refuse(IResource resource, EndpointAnnotation endpoint)
    {
        if (!endpoint.IsProxied)
            throw new DistributedApplicationException(
                $"Resource '{resource.Name}' uses multiple replicas and a proxy-less endpoint '{endpoint.Name}'. These features do not work together.");
        if (endpoint.TargetPort is { } port)
            throw new DistributedApplicationException(
                $"Resource '{resource.Name}' uses multiple replicas, which cannot all listen on the target port {port} of endpoint '{endpoint.Name}'.");
    }
}
