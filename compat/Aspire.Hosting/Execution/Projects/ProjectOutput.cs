using System.Diagnostics;

namespace Aspire.Hosting.Execution.Projects;

/// <summary>Finds the program that the build of a project made.</summary>
internal static class ProjectOutput
{
    public static async Task<string> FindAsync(string projectPath, ApplicationIdentity application, CancellationToken cancellationToken)
    {
        if (!File.Exists(projectPath))
            throw new DistributedApplicationException($"the project file {projectPath} does not exist");
        var target = application.ProjectOutput(projectPath) ?? await AskBuildAsync(projectPath, cancellationToken);
        return File.Exists(target)
            ? target
            : throw new DistributedApplicationException($"it is not built: {target} does not exist. Build it: dotnet build {projectPath}");
    }

    // A project that is named by its path alone is no reference of the AppHost: only its own build knows.
    private static async Task<string> AskBuildAsync(string projectPath, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(DotnetHost.Path)
        {
            ArgumentList = { "msbuild", projectPath, "-getProperty:TargetPath", "-nologo" },
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 && output.Trim() is { Length: > 0 } path
            ? path
            : throw new DistributedApplicationException($"the build cannot tell the output of {projectPath}: {output.Trim()}");
    }
}
