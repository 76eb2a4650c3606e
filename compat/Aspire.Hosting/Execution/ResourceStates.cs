using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution.Reporting;

namespace Aspire.Hosting.Execution;

/// <summary>The latest snapshot of every replica; each change goes to every watcher, in the order in which it was made.</summary>
internal sealed class ResourceStates(ConsoleReporter? reporter)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private ImmutableList<Channel<ResourceEvent>> _watchers = [];
    private bool _completed;

    public void Publish(IResource resource, string id, Func<CustomResourceSnapshot, CustomResourceSnapshot> change)
    {
        lock (_lock)
        {
            var previous = _current.TryGetValue(id, out var existing) ? existing.Snapshot : Initial(resource);
            var next = change(previous);
            if (existing is not null && ReferenceEquals(next, previous))
                return;

            var published = new ResourceEvent(resource, id, next);
            _current[id] = published;
            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(published);
            if (reporter is not null)
                StateLines.Write(reporter, published, previous);
        }
    }

    public ResourceEvent? Find(string id)
    {
        lock (_lock)
        {
            return _current.GetValueOrDefault(id)
                ?? _current.Values.FirstOrDefault(e => string.Equals(e.Resource.Name, id, StringComparison.OrdinalIgnoreCase));
        }
    }

    public IReadOnlyList<ResourceEvent> All()
    {
        lock (_lock)
            return [.. _current.Values];
    }

    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<ResourceEvent>(new() { SingleReader = true });
        lock (_lock)
        {
            foreach (var current in _current.Values)
                channel.Writer.TryWrite(current);
            if (_completed)
                channel.Writer.Complete();
            _watchers = _watchers.Add(channel);
        }

        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken))
                yield return change;
        }
        finally
        {
            lock (_lock)
                _watchers = _watchers.Remove(channel);
        }
    }

    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            foreach (var watcher in _watchers)
                watcher.Writer.TryComplete();
        }
    }

    private static CustomResourceSnapshot Initial(IResource resource) =>
        resource.TryGetLastAnnotation<ResourceSnapshotAnnotation>(out var annotation)
            ? annotation.InitialSnapshot
            : new CustomResourceSnapshot { ResourceType = TypeName(resource), Properties = [] };

    private static string TypeName(IResource resource) => resource switch
    {
        ProjectResource => KnownResourceTypes.Project,
        ExecutableResource => KnownResourceTypes.Executable,
        ParameterResource => KnownResourceTypes.Parameter,
        ConnectionStringResource => KnownResourceTypes.ConnectionString,
        _ => resource.GetType().Name,
    };
}
