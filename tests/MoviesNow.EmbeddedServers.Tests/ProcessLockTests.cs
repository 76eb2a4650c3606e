using System.Diagnostics;

namespace MoviesNow.EmbeddedServers.Tests;

/// <summary>Processes that prepare the same servers at once.</summary>
public sealed class ProcessLockTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task AcquireAsync_HeldByAnother_WaitsUntilItIsReleased()
    {
        var told = new TaskCompletionSource<string>();
        var first = await ProcessLock.AcquireAsync(_directory["lock"], "Thing", progress: null, default);
        var second = ProcessLock.AcquireAsync(_directory["lock"], "Thing", told.SetResult, default);
        Assert.Equal("Thing: waiting for another process that does the same", await told.Task.WaitAsync(Patience));
        Assert.False(second.IsCompleted);

        first.Dispose();

        (await second.WaitAsync(Patience)).Dispose();
    }

    [Fact]
    public async Task AcquireAsync_HolderIsKilled_IsFree()
    {
        using var holder = Start("lock", _directory["lock"]);
        Assert.Equal("locked", await holder.StandardOutput.ReadLineAsync());
        var waiting = ProcessLock.AcquireAsync(_directory["lock"], "Thing", progress: null, default);
        Assert.False(waiting.IsCompleted);

        holder.Kill();

        (await waiting.WaitAsync(Patience)).Dispose();
    }

    [Fact]
    public async Task AcquireAsync_FileCannotBeMade_FailsAtOnce()
    {
        Directory.CreateDirectory(_directory["lock"]);

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => ProcessLock.AcquireAsync(_directory["lock"], "Thing", progress: null, default));
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(ProcessLockTests).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        return Process.Start(start)!;
    }
}
