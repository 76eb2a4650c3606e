using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution.Configuration;

namespace Aspire.Hosting.Execution.Projects;

/// <summary>What every project resource gets: telemetry, environment and endpoints from its own settings.</summary>
internal static class ProjectDefaults
{
    public static void Apply(IResourceBuilder<ProjectResource> project, ProjectSettings settings)
    {
        var builder = project.ApplicationBuilder;
        AddEndpoints(project, settings);
        if (settings.Profile?.CommandLineArgs is { Length: > 0 } line)
            project.WithArgs(CommandLine.Split(line));

        project.WithEnvironment(context =>
        {
            var variables = context.EnvironmentVariables;
            foreach (var (name, value) in settings.Profile?.EnvironmentVariables ?? [])
                variables[name] = Environment.ExpandEnvironmentVariables(value);
            variables.TryAdd("DOTNET_ENVIRONMENT", variables.GetValueOrDefault("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName));
            variables.TryAdd("ASPNETCORE_ENVIRONMENT", variables["DOTNET_ENVIRONMENT"]);
            variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EXCEPTION_LOG_ATTRIBUTES"] = "true";
            variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EVENT_LOG_ATTRIBUTES"] = "true";
            variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
            variables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
            OtlpEnvironment.Apply(context, builder.Configuration, asked: null);
            KestrelEnvironment.Apply(context, project.Resource);
        });
    }

    // Kestrel reads its own endpoints before any URL of a launch profile: those would be addresses that nobody listens on.
    private static void AddEndpoints(IResourceBuilder<ProjectResource> project, ProjectSettings settings)
    {
        foreach (var endpoint in settings.Kestrel)
        {
            project.WithAnnotation(new EndpointAnnotation(
                ProtocolType.Tcp, endpoint.Scheme, endpoint.IsHttp2 ? "http2" : null, endpoint.Name, endpoint.Port)
            { FromKestrelConfiguration = true });
        }

        if (settings.Kestrel.Count > 0)
            return;
        foreach (var url in settings.Profile?.ApplicationUrl?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var (scheme, port) = ProjectSettings.Parse(url);
            var same = project.Resource.Annotations.OfType<EndpointAnnotation>().Count(e => e.UriScheme == scheme);
            project.WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, scheme, name: same == 0 ? scheme : $"{scheme}{same + 1}", port: port)
            {
                FromLaunchProfile = true,
            });
        }
    }
}
