using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution.Networking;
using Aspire.Hosting.Execution.Processes;

namespace Aspire.Hosting.Execution;

/// <summary>One process of a resource.</summary>
internal sealed class Replica(IResource resource, string id, int index, ChildProcess process)
{
    public string Id => id;

    public ChildProcess Process => process;

    /// <summary>Whether it ends because it is told to.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Completes when its end has been made known.</summary>
    public Task Watch { get; set; } = Task.CompletedTask;

    public void SetAlive(bool alive)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(e => index < e.Targets.Count))
            endpoint.Targets[index].IsAlive = alive;
    }

    /// <summary>The port that something else already listens on, if there is one.</summary>
    public static (EndpointAnnotation Endpoint, int Port)? TakenPort(IResource resource, int index)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            if (!Ports.IsFree(endpoint.Targets[index].Port))
                return (endpoint, endpoint.Targets[index].Port);
        }

        return null;
    }
}
