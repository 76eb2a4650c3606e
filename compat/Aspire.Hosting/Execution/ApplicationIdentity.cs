using System.Reflection;

namespace Aspire.Hosting.Execution;

/// <summary>Which application this is: what its build recorded about its project.</summary>
internal sealed record ApplicationIdentity(string Name, string Directory, Assembly? Assembly)
{
    public static ApplicationIdentity Resolve(DistributedApplicationOptions options, Assembly? captured)
    {
        var assembly = captured
            ?? (options.AssemblyName is { } name ? Assembly.Load(name) : Assembly.GetEntryAssembly());
        var recorded = Metadata(assembly, "apphostprojectpath");
        var directory = options.ProjectDirectory ?? (System.IO.Directory.Exists(recorded) ? recorded : System.IO.Directory.GetCurrentDirectory());
        return new(assembly?.GetName().Name ?? "AppHost", Path.GetFullPath(directory), assembly);
    }

    /// <summary>Where the build put the program of a referenced project.</summary>
    public string? ProjectOutput(string projectPath) => Metadata(Assembly, $"aspireprojectoutput:{projectPath}");

    private static string? Metadata(Assembly? assembly, string key) => assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => string.Equals(a.Key, key, StringComparison.OrdinalIgnoreCase))?.Value;
}
