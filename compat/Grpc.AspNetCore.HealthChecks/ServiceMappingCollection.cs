using System.Collections;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>Service mappings by name, each name once.</summary>
public sealed class ServiceMappingCollection : ICollection<ServiceMapping>
{
    private readonly ByName _mappings = [];

    /// <inheritdoc />
    public int Count => _mappings.Count;

    bool ICollection<ServiceMapping>.IsReadOnly => false;

    /// <summary>Lets the checks for which the predicate holds decide about the service, in place of an earlier mapping.</summary>
    public void Map(string name, Func<HealthCheckMapContext, bool> predicate) => Replace(new ServiceMapping(name, predicate));

    /// <summary>Lets the results for which the predicate holds decide about the service, in place of an earlier mapping.</summary>
    public void MapService(string name, Func<HealthResult, bool> predicate) => Replace(new ServiceMapping(name, predicate));

    /// <summary>Finds the mapping of a service.</summary>
    public bool TryGetServiceMapping(string name, [NotNullWhen(true)] out ServiceMapping? serviceMapping) =>
        _mappings.TryGetValue(name, out serviceMapping);

    /// <inheritdoc />
    public void Add(ServiceMapping item) => _mappings.Add(item);

    /// <inheritdoc />
    public void Clear() => _mappings.Clear();

    /// <inheritdoc />
    public bool Contains(ServiceMapping item) => _mappings.Contains(item);

    /// <inheritdoc />
    public void CopyTo(ServiceMapping[] array, int arrayIndex) => _mappings.CopyTo(array, arrayIndex);

    /// <summary>Removes the mapping of a service.</summary>
    public bool Remove(string name) => _mappings.Remove(name);

    /// <inheritdoc />
    public bool Remove(ServiceMapping item) => _mappings.Remove(item);

    /// <inheritdoc />
    public IEnumerator<ServiceMapping> GetEnumerator() => _mappings.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Replace(ServiceMapping mapping)
    {
        _mappings.Remove(mapping.Name);
        _mappings.Add(mapping);
    }

    private sealed class ByName() : KeyedCollection<string, ServiceMapping>(StringComparer.Ordinal)
    {
        protected override string GetKeyForItem(ServiceMapping item) => item.Name;
    }
}
