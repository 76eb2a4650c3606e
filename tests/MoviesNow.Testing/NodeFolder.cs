namespace MoviesNow.Testing;

/// <summary>A folder with a <c>package.json</c>, whose packages are installed. Needs Node.js 20 or later with npm.</summary>
public sealed class NodeFolder
{
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
    public async Task<string> RunAsync(string program, params string[] arguments) => (await Tool.RunAsync(program, Path, arguments)).Output;
}
