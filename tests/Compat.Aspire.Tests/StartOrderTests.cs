using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Compat.Aspire.Tests;

public sealed class StartOrderTests
{
    [Fact]
    public async Task WaitFor_DependencyUnhealthy_StartsOnlyWhenItIsHealthy()
    {
        var healthy = false;
        var healthyAtStart = false;
        var builder = Applications.Create();
        var database = builder.Server("database").WithSwitch(() => Volatile.Read(ref healthy));
        builder.Server("service").WaitFor(database).OnBeforeResourceStarted((_, _, _) =>
        {
            healthyAtStart = Volatile.Read(ref healthy);
            return Task.CompletedTask;
        });
        await using var app = builder.Build();
        await app.StartAsync();

        await app.Until("service", KnownResourceStates.Waiting);
        await app.ResourceNotifications
            .WaitForResourceAsync("database", e => e.Snapshot.HealthReports is [{ Description: "switched off" }]).WaitAsync(Applications.Patience);
        Assert.Equal(KnownResourceStates.Waiting, app.Snapshot("service").State!.Text);
        Volatile.Write(ref healthy, true);
        await app.UntilHealthy("service");

        Assert.True(healthyAtStart);
    }

    [Fact]
    public async Task WaitFor_ReadySubscriberUnfinished_HoldsDependentBack()
    {
        var seeded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = Applications.Create();
        var database = builder.Server("database").OnResourceReady((_, _, _) => seeded.Task);
        builder.Server("service").WaitFor(database);
        await using var app = builder.Build();
        await app.StartAsync();

        await app.Until("database", KnownResourceStates.Running);
        await app.Until("service", KnownResourceStates.Waiting);
        seeded.SetResult();

        await app.Until("service", KnownResourceStates.Running);
    }

    [Fact]
    public async Task WaitForCompletion_ExpectedExitCode_StartsDependentAfterExit()
    {
        var builder = Applications.Create();
        var migration = builder.Shell("migration", "exit 3");
        builder.Server("service").WaitForCompletion(migration, exitCode: 3);
        await using var app = builder.Build();
        await app.StartAsync();

        await app.Until("service", KnownResourceStates.Running);

        var ended = app.Snapshot("migration");
        Assert.Equal(3, ended.ExitCode);
        Assert.True(ended.StopTimeStamp <= app.Snapshot("service").StartTimeStamp);
    }

    [Fact]
    public async Task WaitForStart_DependencyUnhealthy_StartsWhenItRuns()
    {
        var builder = Applications.Create();
        var database = builder.Server("database").WithSwitch(() => false);
        builder.Server("service").WaitForStart(database);
        await using var app = builder.Build();
        await app.StartAsync();

        await app.Until("service", KnownResourceStates.Running);
    }

    [Fact]
    public async Task StartAsync_ResourcesWaitForEachOther_NamesTheCycle()
    {
        var builder = Applications.Create();
        var a = builder.Server("a");
        var b = builder.Server("b").WaitFor(a);
        a.WaitFor(b);
        await using var app = builder.Build();

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.StartAsync());

        Assert.Contains("a → b → a", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_OneResource_ComeInOrder()
    {
        var order = new List<string>();
        var builder = Applications.Create();
        builder.Eventing.Subscribe<BeforeStartEvent>((_, _) => Add("before start"));
        builder.Eventing.Subscribe<AfterResourcesCreatedEvent>((_, _) => Add("created"));
        builder.Server("service")
            .OnResourceEndpointsAllocated((_, _, _) => Add("allocated"))
            .OnBeforeResourceStarted((_, _, _) => Add("before"))
            .OnResourceReady((_, _, _) => Add("ready"))
            .OnResourceStopped((_, _, _) => Add("stopped"));
        await using (var app = builder.Build())
        {
            await app.StartAsync();
            await app.UntilHealthy("service");
        }

        Assert.Equal(["before start", "allocated", "before", "ready", "stopped"], order.Except(["created"]));
        Assert.Contains("created", order);

        Task Add(string name)
        {
            lock (order)
                order.Add(name);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Restart_HealthCheckedResource_BecomesReadyAgain()
    {
        var ready = 0;
        var builder = Applications.Create();
        builder.Server("database").WithSwitch(() => true).OnResourceReady((_, _, _) =>
        {
            Interlocked.Increment(ref ready);
            return Task.CompletedTask;
        });
        await using var app = builder.Build();
        await app.StartAsync();

        for (var run = 1; run <= 4; run++)
        {
            await app.UntilHealthy("database");
            Assert.Equal(run, Volatile.Read(ref ready));
            await app.ResourceCommands.ExecuteCommandAsync("database", KnownResourceCommands.RestartCommand);
        }
    }

    [Fact]
    public async Task InitializeResource_CustomResource_IsWaitedForByItsOwnStates()
    {
        var builder = Applications.Create();
        var custom = builder.AddResource(new CustomResource("custom")).OnInitializeResource(async (resource, e, _) =>
            await e.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Running }));
        builder.Server("service").WaitFor(custom);
        await using var app = builder.Build();
        await app.StartAsync();

        await app.UntilHealthy("service");
    }

    [Fact]
    public async Task WaitFor_ResourceThatNeverReportsAState_FailsWhenItsTimeIsOver()
    {
        var builder = Applications.Create("Aspire:Execution:HealthTimeout=00:00:00.3");
        var silent = builder.AddResource(new CustomResource("silent"));
        builder.Server("service").WaitFor(silent);
        await using var app = builder.Build();
        await app.StartAsync();

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.UntilHealthy("service"));

        Assert.Contains("in vain (it has not reported any state)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_ExplicitStart_StartStopAndRestart()
    {
        var builder = Applications.Create();
        builder.Server("tool").WithExplicitStart().WithCommand("greet", "Greet", c => Task.FromResult(CommandResults.Failure($"no, {c.ResourceName}")));
        await using var app = builder.Build();
        await app.StartAsync();
        await app.Until("tool", KnownResourceStates.NotStarted);

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("tool", KnownResourceCommands.StartCommand)).Success);
        var first = (await app.Until("tool", KnownResourceStates.Running)).Snapshot.Properties.Single(p => p.Name == "executable.pid").Value;
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("tool", KnownResourceCommands.RestartCommand)).Success);
        var second = (await app.Until("tool", KnownResourceStates.Running)).Snapshot.Properties.Single(p => p.Name == "executable.pid").Value;
        Assert.NotEqual(first, second);
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("tool", KnownResourceCommands.StopCommand)).Success);
        Assert.Equal(KnownResourceStates.Exited, app.Snapshot("tool").State!.Text);
        Assert.False(Path.Exists($"/proc/{second}"));
        Assert.Equal("no, tool", (await app.ResourceCommands.ExecuteCommandAsync("tool", "greet")).ErrorMessage);
        Assert.False((await app.ResourceCommands.ExecuteCommandAsync("tool", "unknown")).Success);
    }

    private sealed class CustomResource(string name) : Resource(name);
}
