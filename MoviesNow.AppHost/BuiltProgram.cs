using System.Reflection;
using System.Runtime.InteropServices;

namespace MoviesNow.AppHost;

/// <summary>The programs that the build made of the projects, started without <c>dotnet run</c>, which costs a start seconds.</summary>
internal static class BuiltProgram
{
    /// <summary>Where the .NET that runs this process is: a program finds no other by itself when it is not installed in a standard place.</summary>
    private static readonly string DotnetRoot = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Starts a project's program directly. It stays a project for the model and the dashboard.</summary>
    public static IResourceBuilder<ProjectResource> StartedDirectly(this IResourceBuilder<ProjectResource> project)
    {
        var projectFile = project.Resource.GetProjectMetadata().ProjectPath;
        return project
            .WithAnnotation(new ExecutableAnnotation { Command = PathOf(projectFile), WorkingDirectory = Path.GetDirectoryName(projectFile)! })
            .WithLocalRuntime();
    }

    /// <summary>Adds a project's program as a plain executable, for what is no service.</summary>
    public static IResourceBuilder<ExecutableResource> AddProgram(
        this IDistributedApplicationBuilder builder, string name, IProjectMetadata project, params string[] arguments) =>
        builder.AddExecutable(name, PathOf(project.ProjectPath), Path.GetDirectoryName(project.ProjectPath)!, arguments).WithLocalRuntime();

    /// <summary>Settings of .NET for many small processes on one machine that shall start fast and leave memory to others.</summary>
    private static IResourceBuilder<T> WithLocalRuntime<T>(this IResourceBuilder<T> resource) where T : IResourceWithEnvironment => resource
        .WithEnvironment("DOTNET_ENVIRONMENT", resource.ApplicationBuilder.Environment.EnvironmentName)
        .WithEnvironment("DOTNET_ROOT", DotnetRoot)
        .WithEnvironment("DOTNET_gcServer", "0")
        .WithEnvironment("DOTNET_TieredPGO", "0");

    private static string PathOf(string projectFile)
    {
        var assembly = typeof(BuiltProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => string.Equals(metadata.Key, $"Program:{projectFile}", StringComparison.Ordinal)).Value!;
        return OperatingSystem.IsWindows() ? Path.ChangeExtension(assembly, ".exe") : Path.ChangeExtension(assembly, extension: null);
    }
}
