using System.Diagnostics;
using System.Globalization;

namespace MoviesNow.EmbeddedServers.Tests;

public sealed class ServerProcessTests
{
    private static readonly ReadinessProbe Always = static _ => Task.FromResult(true);
    private static readonly ReadinessProbe Never = static _ => Task.FromResult(false);

    [Fact]
    public async Task StartAsync_CommandEnds_ThrowsWithItsLastLines()
    {
        var command = ServerCommand.Of("/bin/sh", "-c", "echo first; echo the reason >&2; exit 3");

        var error = await Assert.ThrowsAsync<EmbeddedServerException>(() => ServerProcess.StartAsync("Thing", command, Never));

        Assert.StartsWith("Thing ended instead of starting", error.Message, StringComparison.Ordinal);
        Assert.Contains("the reason", error.Message, StringComparison.Ordinal);
        Assert.Contains("first", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_NeverAnswers_ThrowsAndLeavesNoProcess()
    {
        var processId = new TaskCompletionSource<int>();
        var command = ServerCommand.Of("/bin/sh", "-c", "echo pid $$; exec sleep 600");

        var error = await Assert.ThrowsAsync<EmbeddedServerException>(
            () => ServerProcess.StartAsync("Thing", command, Never, timeout: TimeSpan.FromMilliseconds(300)));

        var printed = error.Message.Split("pid ")[1];
        Assert.False(IsRunning(int.Parse(printed, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task StartAsync_ProgramMissing_SaysSo()
    {
        var error = await Assert.ThrowsAsync<EmbeddedServerException>(
            () => ServerProcess.StartAsync("Thing", ServerCommand.Of("/nowhere/server"), Never));

        Assert.Contains("/nowhere/server", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopAsync_IgnoresTheSignal_IsKilled()
    {
        var command = ServerCommand.Of("/bin/sh", "-c", "trap '' INT; while :; do sleep 1; done") with { StopSignal = "INT" };
        await using var server = await ServerProcess.StartAsync("Thing", command, Always);
        var processId = server.ProcessId!.Value;

        await server.StopAsync();

        Assert.False(server.IsRunning);
        Assert.False(IsRunning(processId));
    }

    [Fact]
    public async Task RestartAsync_Running_IsAnotherProcess()
    {
        await using var server = await ServerProcess.StartAsync("Thing", ServerCommand.Of("/bin/sleep", "600"), Always);
        var before = server.ProcessId;

        await server.RestartAsync();

        Assert.True(server.IsRunning);
        Assert.NotEqual(before, server.ProcessId);
    }

    [Fact]
    public async Task StartAsync_TakesLong_ReportsProgress()
    {
        var messages = new List<string>();
        var calls = 0;
        ReadinessProbe slow = async cancellationToken =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(750), cancellationToken);
            return ++calls == 4;
        };

        await using var server = await ServerProcess.StartAsync("Thing", ServerCommand.Of("/bin/sleep", "600"), slow, messages.Add);

        Assert.Equal("Thing: starting", messages[0]);
        Assert.NotEmpty(messages[1..^1]);
        Assert.All(messages[1..^1], message => Assert.Matches(@"^Thing: still starting \(\d+ s\)$", message));
        Assert.StartsWith("Thing: ready after", messages[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task OwningProcess_KilledWithSigkill_ServerEnds()
    {
        using var owner = Process.Start(new ProcessStartInfo(
            "dotnet", ["exec", typeof(ServerProcessTests).Assembly.Location])
        { RedirectStandardOutput = true, UseShellExecute = false })!;
        var processId = int.Parse((await owner.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        Assert.True(IsRunning(processId));

        owner.Kill();

        await owner.WaitForExitAsync();
        var deadline = Stopwatch.StartNew();
        while (IsRunning(processId) && deadline.Elapsed < TimeSpan.FromSeconds(10))
            await Task.Delay(20);
        Assert.False(IsRunning(processId));
    }

    private static bool IsRunning(int processId)
    {
        var status = $"/proc/{processId}/stat";
        // A zombie has ended; only nobody has asked yet.
        return File.Exists(status) && !File.ReadAllText(status).Contains(") Z ", StringComparison.Ordinal);
    }
}
