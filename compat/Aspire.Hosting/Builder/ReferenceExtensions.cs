using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ReferenceBuilderExtensions
{
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null,
        bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        var resource = source.Resource;
        connectionName ??= resource.Name;
        return builder.Relate(resource, "Reference").WithEnvironment(context =>
        {
            var flags = Flags(context.Resource);
            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionString))
            {
                context.EnvironmentVariables[resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{connectionName}"] =
                    new ConnectionStringReference(resource, optional);
            }

            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionProperties))
            {
                foreach (var (name, value) in Properties(resource))
                    context.EnvironmentVariables[ResourceName.ToEnvironmentVariable($"{connectionName}_{name}")] = value;
            }
        });
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment => builder.WithReference(source, source.Resource.Name);

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source, string name)
        where TDestination : IResourceWithEnvironment =>
        // Endpoints are read when the process starts: later calls may still add some.
        builder.Relate(source.Resource, "Reference").WithEnvironment(context =>
        {
            foreach (var endpoint in source.Resource.GetEndpoints())
                Inject(context, name, endpoint);
        });

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment =>
        builder.Relate(endpointReference.Resource, "Reference")
            .WithEnvironment(context => Inject(context, endpointReference.Resource.Name, endpointReference));

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, string name, Uri uri)
        where TDestination : IResourceWithEnvironment
    {
        if (!uri.IsAbsoluteUri)
            throw new InvalidOperationException("The uri for service reference must be absolute.");
        if (uri.AbsolutePath != "/")
            throw new InvalidOperationException("The uri absolute path must be \"/\".");
        return builder.WithEnvironment($"services__{name}__default__0", uri.ToString());
    }

    public static IResourceBuilder<TDestination> WithReferenceEnvironment<TDestination>(
        this IResourceBuilder<TDestination> builder, ReferenceEnvironmentInjectionFlags flags)
        where TDestination : IResourceWithEnvironment =>
        builder.WithAnnotation(new ReferenceEnvironmentInjectionAnnotation(flags), ResourceAnnotationMutationBehavior.Replace);

    public static IResourceBuilder<T> WithConnectionProperty<T>(this IResourceBuilder<T> builder, string name, ReferenceExpression value)
        where T : IResourceWithConnectionString => builder.WithAnnotation(new ConnectionPropertyAnnotation(name, value));

    public static IResourceBuilder<T> WithConnectionProperty<T>(this IResourceBuilder<T> builder, string name, string value)
        where T : IResourceWithConnectionString => builder.WithConnectionProperty(name, ReferenceExpression.Create($"{value}"));

    private static void Inject(EnvironmentCallbackContext context, string serviceName, EndpointReference endpoint)
    {
        var flags = Flags(context.Resource);
        if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ServiceDiscovery))
            context.EnvironmentVariables[$"services__{serviceName}__{endpoint.EndpointName}__0"] = endpoint;
        if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.Endpoints))
            context.EnvironmentVariables[ResourceName.ToEnvironmentVariable($"{serviceName}_{endpoint.EndpointName}")] = endpoint;
    }

    private static IEnumerable<KeyValuePair<string, ReferenceExpression>> Properties(IResourceWithConnectionString resource) =>
        resource.GetConnectionProperties()
            .Concat(resource.Annotations.OfType<ConnectionPropertyAnnotation>().Select(p => KeyValuePair.Create(p.Name, p.Value)));

    private static ReferenceEnvironmentInjectionFlags Flags(IResource destination) =>
        destination.TryGetLastAnnotation<ReferenceEnvironmentInjectionAnnotation>(out var found) ? found.Flags : ReferenceEnvironmentInjectionFlags.All;
}
