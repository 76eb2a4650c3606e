using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution.Waiting;

internal static class WaitCycles
{
    /// <exception cref="DistributedApplicationException">Resources wait for each other: none of them would ever start.</exception>
    public static void Refuse(IEnumerable<IResource> resources)
    {
        var finished = new HashSet<IResource>();
        foreach (var resource in resources)
            Visit(resource, [], finished);
    }

    private static void Visit(IResource resource, List<IResource> path, HashSet<IResource> finished)
    {
        if (finished.Contains(resource))
            return;
        var index = path.IndexOf(resource);
        if (index >= 0)
            throw new DistributedApplicationException(
                $"Resources wait for each other: {string.Join(" → ", path.Skip(index).Append(resource).Select(r => r.Name))}.");

        path.Add(resource);
        foreach (var wait in resource.Annotations.OfType<WaitAnnotation>())
            Visit(wait.Resource, path, finished);
        path.RemoveAt(path.Count - 1);
        finished.Add(resource);
    }
}
