using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MoviesNow.EmbeddedServers;

/// <summary>
/// Garnet, a server of the Redis protocol, as the repository's tool manifest pins it. It listens on 127.0.0.1 only and asks
/// for a password, which was generated on first use. See <c>docs/garnet.md</c> for what it does and does not do.
/// </summary>
public sealed class GarnetServer
{
    private const string ToolId = "garnet-server";
    private const string ToolAssembly = "GarnetServer.dll";

    private readonly string _assembly;
    private readonly string _configuration;

    private GarnetServer(string assembly, string dataDirectory, string configuration, string password) =>
        (_assembly, DataDirectory, _configuration, Password) = (assembly, dataDirectory, configuration, password);

    /// <summary>Where its configuration and data are.</summary>
    public string DataDirectory { get; }

    /// <summary>The password of the default user.</summary>
    public string Password { get; }

    /// <summary>Restores the tool if it is missing and writes the configuration.</summary>
    /// <param name="dataDirectory">Kept between runs: the password, and the data if it is to survive.</param>
    /// <param name="manifestDirectory">A directory at or below the one that has <c>.config/dotnet-tools.json</c>.</param>
    /// <param name="persistent">Whether data survives a restart, through an append-only file; without, all is in memory.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellationToken">Ends the preparation.</param>
    /// <exception cref="EmbeddedServerException">The tool could not be restored.</exception>
    public static async Task<GarnetServer> PrepareAsync(
        string dataDirectory,
        string manifestDirectory,
        bool persistent = true,
        Action<string>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var assembly = await DotnetTool.LocateOrRestoreAsync(ToolId, ToolAssembly, manifestDirectory, progress, cancellationToken);
        dataDirectory = Path.GetFullPath(dataDirectory);
        Directory.CreateDirectory(dataDirectory);
        var configuration = Path.Combine(dataDirectory, "garnet.conf");
        var password = await GarnetConfiguration.ReadPasswordAsync(configuration, cancellationToken)
            ?? RandomNumberGenerator.GetHexString(32, lowercase: true);
        await GarnetConfiguration.WriteAsync(configuration, dataDirectory, password, persistent, cancellationToken);
        return new(assembly, dataDirectory, configuration, password);
    }

    /// <summary>The command that serves on a port, in the foreground.</summary>
    public ServerCommand Command(int port) => new(
        DotnetHost(),
        ["exec", _assembly, "--config-import-path", _configuration, "--port", $"{port}"],
        // The tool asks for the server garbage collector, whose heaps are for machines that do nothing else; its threads would spin for work.
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_GCConserveMemory"] = "5",
            ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
        },
        DataDirectory);

    /// <summary>The StackExchange.Redis connection string, password included.</summary>
    public string ConnectionString(int port) => $"127.0.0.1:{port},password={Password}";

    /// <summary>Serves from this process, for tests.</summary>
    public Task<ServerProcess> StartAsync(int port, Action<string>? progress = null, CancellationToken cancellationToken = default) =>
        ServerProcess.StartAsync("Garnet", Command(port), ReadinessProbes.Redis(port, Password), progress, timeout: null, cancellationToken);

    // …/dotnet/shared/Microsoft.NETCore.App/10.0.x/ → …/dotnet/dotnet: the host that runs this process, wherever PATH points.
    private static string DotnetHost()
    {
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(host) ? host : "dotnet";
    }
}
