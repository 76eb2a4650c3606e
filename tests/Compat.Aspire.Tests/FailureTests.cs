using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Compat.Aspire.Tests;

public sealed class FailureTests
{
    [Fact]
    public async Task Completion_WrongExitCode_SaysWhichWhyAndWhereAndStops()
    {
        var builder = Applications.Create();
        var database = builder.Server("database");
        var migration = builder.Shell("migration", "echo relation is missing >&2; exit 7").WaitFor(database);
        builder.Server("service").WaitForCompletion(migration);
        var stopped = Stopping(builder, out var build);
        await using var app = build();
        await app.StartAsync();

        await stopped();

        var error = await FailureAsync(app, "service");
        Assert.Contains("migration: it exited with code 7, and service waits for it to exit with 0", error, StringComparison.Ordinal);
        Assert.Contains("relation is missing", error, StringComparison.Ordinal);
        Assert.Contains("migration.log", error, StringComparison.Ordinal);
        await app.StopAsync();
        Assert.Equal(KnownResourceStates.FailedToStart, app.Snapshot("service").State!.Text);
        Assert.Equal(KnownResourceStates.Exited, app.Snapshot("database").State!.Text);
    }

    [Fact]
    public async Task Health_NeverHealthy_FailsWhenItsTimeIsOver()
    {
        var builder = Applications.Create("Aspire:Execution:HealthTimeout=00:00:00.3");
        var database = builder.Server("database").WithSwitch(() => false);
        builder.Server("service").WaitFor(database);
        var stopped = Stopping(builder, out var build);
        await using var app = build();
        await app.StartAsync();

        await stopped();

        Assert.Contains("did not become healthy within 0.3 s: switched off", await FailureAsync(app, "service"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_ProcessExitsBeforeHealthy_Fails()
    {
        var builder = Applications.Create();
        builder.Shell("database", "echo out of memory; exit 1").WithSwitch(() => false);
        var stopped = Stopping(builder, out var build);
        await using var app = build();
        await app.StartAsync();

        await stopped();

        var error = await FailureAsync(app, "database");
        Assert.Contains("exited with code 1 before it was healthy", error, StringComparison.Ordinal);
        Assert.Contains("out of memory", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_ExitAfterReady_LeavesTheRestRunning()
    {
        var builder = Applications.Create();
        var database = builder.Server("database");
        builder.Server("service").WaitFor(database);
        await using var app = builder.Build();
        await app.StartAsync();
        await app.UntilHealthy("service");
        var pid = (int)app.Snapshot("database").Properties.Single(p => p.Name == "executable.pid").Value!;

        Signals.Kill(pid);
        await app.Until("database", KnownResourceStates.Exited);

        Assert.Equal(137, app.Snapshot("database").ExitCode);
        Assert.Equal(KnownResourceStates.Running, app.Snapshot("service").State!.Text);
    }

    [Theory]
    [InlineData("no-such-command", "the command 'no-such-command' is not in PATH")]
    [InlineData("./no-such-file", "does not exist or is not executable")]
    public async Task Start_CommandMissing_SaysSo(string command, string expected)
    {
        var builder = Applications.Create();
        builder.AddExecutable("tool", command, ".");
        await AssertFailsAsync(builder, "tool", expected);
    }

    [Fact]
    public async Task Start_FixedPortTaken_NamesResourceAndPort()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var builder = Applications.Create();
        builder.Server("database").WithEndpoint(port: port, name: "tcp");
        await AssertFailsAsync(builder, "database", $"database: port {port} of its endpoint 'tcp' is taken");
    }

    [Fact]
    public async Task Start_ParameterMissing_NamesTheKey()
    {
        var builder = Applications.Create();
        var secret = builder.AddParameter("signing-key", secret: true);
        builder.Server("service").WithEnvironment("KEY", secret);
        await AssertFailsAsync(builder, "service", "Parameters:signing-key");
    }

    [Fact]
    public async Task Start_ProjectNotBuilt_SaysHowToBuildIt()
    {
        var builder = Applications.Create();
        builder.AddProject("service", Path.Combine(AppContext.BaseDirectory, "missing", "Missing.csproj"));
        await AssertFailsAsync(builder, "service", "Missing.csproj does not exist");
    }

    [Fact]
    public void Options_Invalid_NameTheKeys()
    {
        var builder = Applications.Create("Aspire:Execution:HealthTimeout=00:00:00", "Aspire:Execution:Backlog=0");

        var error = Assert.ThrowsAny<Exception>(() => builder.Build().Services.GetServices<IHostedService>().ToList());

        Assert.Contains("Aspire:Execution:HealthTimeout", error.Message, StringComparison.Ordinal);
        Assert.Contains("Aspire:Execution:Backlog", error.Message, StringComparison.Ordinal);
    }

    private static async Task AssertFailsAsync(IDistributedApplicationBuilder builder, string resource, string expected)
    {
        var stopped = Stopping(builder, out var build);
        await using var app = build();
        await app.StartAsync();
        await stopped();
        Assert.Contains(expected, await FailureAsync(app, resource), StringComparison.Ordinal);
        Assert.Equal(KnownResourceStates.FailedToStart, app.Snapshot(resource).State!.Text);
    }

    /// <summary>What somebody who waits for a resource is told.</summary>
    private static async Task<string> FailureAsync(DistributedApplication app, string resource) =>
        (await Assert.ThrowsAsync<DistributedApplicationException>(
            () => app.ResourceNotifications.WaitForResourceAsync(resource, _ => false).WaitAsync(Applications.Patience))).Message;

    private static Func<Task> Stopping(IDistributedApplicationBuilder builder, out Func<DistributedApplication> build)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        build = () =>
        {
            var app = builder.Build();
            app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => stopping.SetResult());
            return app;
        };
        return () => stopping.Task.WaitAsync(Applications.Patience);
    }
}
