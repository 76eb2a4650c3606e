using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using GrpcTests.Harness;
using GrpcTests.Reflection;

namespace GrpcTests.ForeignClient;

/// <summary>Installs the npm client once, runs it against a server, and keeps what it saw. Needs Node.js 20 or later.</summary>
public sealed class NodeClientFixture : IAsyncLifetime
{
    private static readonly string Project = typeof(NodeClientFixture).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "ProjectDirectory").Value!;

    private static readonly string Folder = Path.Combine(Project, "interop");

    public SampleServer Server { get; private set; } = null!;

    public JsonElement Seen { get; private set; }

    public async Task InitializeAsync()
    {
        if (!IsInstalled())
            await RunAsync("npm", "ci", "--no-progress", "--ignore-scripts");

        Server = await ReflectionTests.StartReflectingAsync();
        var compat = Path.GetFullPath(Path.Combine(Project, "../../compat"));
        var output = await RunAsync(
            "node",
            "client.mjs",
            new Uri(Server.Address).Authority,
            Path.Combine(Project, "Protos"),
            Path.Combine(compat, "Grpc.AspNetCore.Server.Reflection/Protos"),
            Path.Combine(compat, "Grpc.AspNetCore.HealthChecks/Protos"));
        Seen = JsonDocument.Parse(output).RootElement;
    }

    public async Task DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
    }

    /// <summary>npm leaves a copy of the lock file behind when it is done.</summary>
    private static bool IsInstalled()
    {
        var installed = new FileInfo(Path.Combine(Folder, "node_modules/.package-lock.json"));
        return installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json"));
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

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}: {await errors}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
