using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Compat.Aspire.Tests;

public sealed class StopTests
{
    [Fact]
    public async Task Stop_DependentIsSlow_DependencyOutlivesIt()
    {
        var builder = Applications.Create();
        var database = builder.Server("database");
        builder.Shell("service", "trap 'sleep 0.3; exit 0' TERM; echo up; while :; do sleep 0.02; done").WaitFor(database);
        await using var app = builder.Build();
        await StartAsync(app, "service", "up");

        await app.StopAsync();

        Assert.Equal(0, app.Snapshot("service").ExitCode);
        Assert.True(app.Snapshot("database").StopTimeStamp >= app.Snapshot("service").StopTimeStamp);
    }

    [Fact]
    public async Task Stop_TermIsIgnored_IsKilledWithWhatItStarted()
    {
        var builder = Applications.Create("Aspire:Execution:StopTimeout=00:00:00.2");
        builder.Shell("stubborn", "trap '' TERM; sleep 1000 & echo up; while :; do sleep 0.02; done");
        await using var app = builder.Build();
        await StartAsync(app, "stubborn", "up");
        var pid = (int)app.Snapshot("stubborn").Properties.Single(p => p.Name == "executable.pid").Value!;

        await app.StopAsync();

        Assert.Equal(137, app.Snapshot("stubborn").ExitCode);
        Assert.DoesNotContain(Signals.Sessions(), p => p.Session == pid);
    }

    [Fact]
    public async Task Exit_LeavesADescendant_ItIsStoppedToo()
    {
        var builder = Applications.Create();
        builder.Shell("leader", "sleep 1000 & exit 0");
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        builder.CreateResourceBuilder<ExecutableResource>("leader").OnResourceStopped((_, _, _) =>
        {
            stopped.SetResult();
            return Task.CompletedTask;
        });
        await using var app = builder.Build();
        await app.StartAsync();

        await stopped.Task.WaitAsync(Applications.Patience);

        var pid = (int)app.Snapshot("leader").Properties.Single(p => p.Name == "executable.pid").Value!;
        Assert.DoesNotContain(Signals.Sessions(), p => p.Session == pid);
    }

    private static async Task StartAsync(DistributedApplication app, string resource, string line)
    {
        await app.StartAsync();
        var loggers = (ResourceLoggerService)app.Services.GetService(typeof(ResourceLoggerService))!;
        await foreach (var batch in loggers.WatchAsync(resource))
        {
            if (batch.Any(l => l.Content == line))
                return;
        }
    }
}
