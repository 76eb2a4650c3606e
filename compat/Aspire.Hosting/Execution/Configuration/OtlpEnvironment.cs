using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Execution.Configuration;

/// <summary>The standard variables that tell a process where its telemetry goes; none when no collector is configured.</summary>
internal static class OtlpEnvironment
{
    public static void Apply(EnvironmentCallbackContext context, IConfiguration configuration, OtlpProtocol? asked)
    {
        var variables = context.EnvironmentVariables;
        variables["OTEL_SERVICE_NAME"] = context.Resource.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={Path.GetRandomFileName()[..8]}";

        var grpc = configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] ?? configuration["DOTNET_DASHBOARD_OTLP_ENDPOINT_URL"];
        var http = configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] ?? configuration["DOTNET_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"];
        var (endpoint, protocol) = asked switch
        {
            OtlpProtocol.Grpc => (grpc, "grpc"),
            OtlpProtocol.HttpProtobuf => (http, "http/protobuf"),
            OtlpProtocol.HttpJson => (http, "http/json"),
            _ => grpc is not null ? (grpc, "grpc") : (http, "http/protobuf"),
        };
        if (endpoint is null)
            return;

        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint;
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol;
        if (configuration["AppHost:OtlpApiKey"] is { Length: > 0 } key)
            variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={key}";
    }
}
