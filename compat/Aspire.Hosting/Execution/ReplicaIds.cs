using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution;

/// <summary>The ids under which the replicas of a resource are known: the resource's own name when there is one.</summary>
internal static class ReplicaIds
{
    public static IReadOnlyList<string> Of(IResource resource)
    {
        var count = resource.GetReplicaCount();
        return count == 1 ? [resource.Name] : [.. Enumerable.Range(0, count).Select(i => $"{resource.Name}-{i}")];
    }
}
