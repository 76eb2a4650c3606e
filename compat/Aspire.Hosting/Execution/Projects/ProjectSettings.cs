using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Execution.Projects;

/// <summary>An endpoint under <c>Kestrel:Endpoints</c> in a project's appsettings.</summary>
internal sealed record KestrelEndpoint(string Name, string Scheme, int? Port, bool IsHttp2);

/// <summary>What a project's own files say about how it runs.</summary>
internal sealed record ProjectSettings(LaunchProfile? Profile, IReadOnlyList<KestrelEndpoint> Kestrel)
{
    private static readonly JsonSerializerOptions Json = new() { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static ProjectSettings Read(IProjectMetadata project, ProjectResourceOptions options, IDistributedApplicationBuilder builder)
    {
        var directory = Path.GetDirectoryName(project.ProjectPath)!;
        return new(
            options.ExcludeLaunchProfile ? null : ReadProfile(project, directory, options, builder.Configuration),
            options.ExcludeKestrelEndpoints ? [] : [.. Endpoints(directory, builder.Environment.EnvironmentName)]);
    }

    private static LaunchProfile? ReadProfile(
        IProjectMetadata project, string directory, ProjectResourceOptions options, ConfigurationManager configuration)
    {
        var file = Path.Combine(directory, "Properties", "launchSettings.json");
        var settings = project.LaunchSettings
            ?? (File.Exists(file) ? JsonSerializer.Deserialize<LaunchSettings>(File.ReadAllText(file), Json) : null);
        if (options.LaunchProfileName is { } asked)
        {
            return settings?.Profiles.GetValueOrDefault(asked)
                ?? throw new DistributedApplicationException($"Launch settings file does not contain '{asked}' profile: {file}");
        }

        // The profile that the AppHost itself was started with, when the project has one of that name.
        return configuration["DOTNET_LAUNCH_PROFILE"] is { } own && settings?.Profiles.GetValueOrDefault(own) is { } same
            ? same
            : settings?.Profiles.Values.FirstOrDefault(p => p.CommandName == "Project");
    }

    private static IEnumerable<KestrelEndpoint> Endpoints(string directory, string environment)
    {
        if (!Directory.Exists(directory))
            yield break;
        var configuration = new ConfigurationBuilder()
            .SetBasePath(directory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile($"appsettings.{environment}.json", optional: true)
            .Build();
        using (configuration as IDisposable)
        {
            foreach (var section in configuration.GetSection("Kestrel:Endpoints").GetChildren())
            {
                if (section["Url"] is not { Length: > 0 } url)
                    continue;
                var (scheme, port) = Parse(url);
                var protocols = section["Protocols"] ?? configuration["Kestrel:EndpointDefaults:Protocols"];
                yield return new(section.Key, scheme, port, string.Equals(protocols, "Http2", StringComparison.OrdinalIgnoreCase));
            }
        }
    }

    /// <summary>Kestrel's addresses are not always URIs: their host may be <c>*</c> or <c>+</c>.</summary>
    internal static (string Scheme, int? Port) Parse(string url)
    {
        var separator = url.IndexOf("://", StringComparison.Ordinal);
        var scheme = separator < 0 ? "http" : url[..separator].ToLowerInvariant();
        var authority = url[(separator < 0 ? 0 : separator + 3)..].Split('/')[0];
        var colon = authority.LastIndexOf(':');
        return (scheme, colon > authority.IndexOf(']') && int.TryParse(authority[(colon + 1)..], out var port) && port > 0 ? port : null);
    }
}
