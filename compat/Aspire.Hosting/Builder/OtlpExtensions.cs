using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution.Configuration;

namespace Aspire.Hosting;

public enum OtlpProtocol
{
    Grpc = 0,
    HttpProtobuf = 1,
    HttpJson = 2,
}

public static class OtlpConfigurationExtensions
{
    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEnvironment => builder.Export(protocol: null);

    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder, OtlpProtocol protocol)
        where T : IResourceWithEnvironment => builder.Export(protocol);

    private static IResourceBuilder<T> Export<T>(this IResourceBuilder<T> builder, OtlpProtocol? protocol)
        where T : IResourceWithEnvironment =>
        builder.WithEnvironment(context => OtlpEnvironment.Apply(context, builder.ApplicationBuilder.Configuration, protocol));
}
