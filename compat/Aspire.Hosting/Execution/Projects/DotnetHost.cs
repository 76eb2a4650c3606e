using System.Runtime.InteropServices;

namespace Aspire.Hosting.Execution.Projects;

internal static class DotnetHost
{
    /// <summary>The <c>dotnet</c> that runs this process, so that projects run on the same.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        // <root>/shared/Microsoft.NETCore.App/<version>/
        var root = System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var beside = System.IO.Path.Combine(root, "dotnet");
        return File.Exists(beside) ? beside : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
    }
}
