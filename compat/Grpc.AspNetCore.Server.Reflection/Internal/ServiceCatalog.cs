using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;

namespace Grpc.AspNetCore.Server.Reflection.Internal;

/// <summary>The mapped services and their descriptors, read from the endpoints on first use, when all of them are mapped.</summary>
internal sealed class ServiceCatalog(EndpointDataSource endpoints)
{
    private readonly Lazy<(IReadOnlyList<string> Names, DescriptorIndex Index)> _content = new(() => Read(endpoints));

    /// <summary>Full names of the services, sorted.</summary>
    public IReadOnlyList<string> ServiceNames => _content.Value.Names;

    /// <summary>What their files declare.</summary>
    public DescriptorIndex Descriptors => _content.Value.Index;

    private static (IReadOnlyList<string> Names, DescriptorIndex Index) Read(EndpointDataSource endpoints)
    {
        var methods = endpoints.Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()).OfType<GrpcMethodMetadata>().ToList();
        var names = methods.Select(method => method.Method.ServiceName).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var files = methods.Select(method => method.ServiceType).Distinct().SelectMany(DescriptorsOf).Select(service => service.File);
        return (names, new DescriptorIndex(files));
    }

    /// <summary>Generated code keeps a service's descriptor in a static property beside its bind method.</summary>
    private static IEnumerable<ServiceDescriptor> DescriptorsOf(Type serviceType) =>
        serviceType.GetCustomAttribute<BindServiceMethodAttribute>(inherit: true) is { } attribute
            ? attribute.BindType.GetProperties(BindingFlags.Public | BindingFlags.Static)
                .Where(property => property.PropertyType == typeof(ServiceDescriptor))
                .Select(property => (ServiceDescriptor)property.GetValue(null)!)
            : [];
}
