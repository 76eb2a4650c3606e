using System.ComponentModel;
using System.Diagnostics;

namespace MoviesNow.Testing;

/// <summary>A folder with a <c>package.json</c>, whose packages are installed. Needs Node.js 20 or later with npm.</summary>
public sealed class NodeFolder
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private NodeFolder(string path) => Path = path;

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>Installs the packages of a folder where its lock file has changed since the last time.</summary>
    /// <param name="path">The folder's path from the root of the checkout.</param>
    public static async Task<NodeFolder> InstallAsync(string path)
    {
        var folder = new NodeFolder(System.IO.Path.Combine(TestServerDirectory.Repository, path));
        // npm leaves a copy of the lock file behind when it is done.
        var installed = new FileInfo(System.IO.Path.Combine(folder.Path, "node_modules/.package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < File.GetLastWriteTimeUtc(System.IO.Path.Combine(folder.Path, "package-lock.json")))
        {
            // Not ci: a lock file may name the optional packages of one platform only.
            await folder.RunAsync("npm", "install", "--no-save", "--no-progress", "--ignore-scripts");
        }

        return folder;
    }

    /// <summary>Runs a program in the folder and gives what it writes to its standard output.</summary>
    /// <exception cref="InvalidOperationException">The program is missing or failed.</exception>
    public async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode is 0
                ? await output
                : throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}: {await output}{await errors}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new InvalidOperationException($"'{start.FileName}' does not start: install Node.js 20 or later with npm.", failure);
        }
    }
}
