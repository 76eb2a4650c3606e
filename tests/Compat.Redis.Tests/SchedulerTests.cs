using System.IO.Pipelines;
using System.Net.Sockets;
using Pipelines.Sockets.Unofficial;

namespace Compat.Redis.Tests;

public sealed class SchedulerTests
{
    [Fact]
    public async Task Schedule_Idle_RunsOnItsOwnThread()
    {
        using var scheduler = new DedicatedThreadPoolPipeScheduler("scheduler-test", 2);

        Assert.Equal(2, scheduler.WorkerCount);
        Assert.StartsWith("scheduler-test", await ThreadNameAsync(scheduler), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schedule_QueueFull_ThreadPoolHelps()
    {
        using var scheduler = new DedicatedThreadPoolPipeScheduler("full", 1, useThreadPoolQueueLength: 0);
        using var release = new ManualResetEventSlim();
        using var busy = new ManualResetEventSlim();
        scheduler.Schedule(_ => { busy.Set(); release.Wait(); }, null);
        busy.Wait();
        scheduler.Schedule(static _ => { }, null);

        Assert.DoesNotContain("full", await ThreadNameAsync(scheduler) ?? "", StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(() => scheduler.TotalServicedByPool > 0, TimeSpan.FromSeconds(10)));
        release.Set();
    }

    [Fact]
    public async Task Schedule_CallbackThrows_ThreadGoesOn()
    {
        using var scheduler = new DedicatedThreadPoolPipeScheduler("throwing", 1);
        scheduler.Schedule(static _ => throw new InvalidOperationException("expected"), null);

        Assert.StartsWith("throwing", await ThreadNameAsync(scheduler), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schedule_Disposed_ThreadPoolRunsIt()
    {
        var scheduler = new DedicatedThreadPoolPipeScheduler("disposed", 1);
        scheduler.Dispose();

        Assert.DoesNotContain("disposed", await ThreadNameAsync(scheduler) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Await_CompletedAtOnceOrLater_GivesTheResult()
    {
        using var atOnce = new SocketAwaitableEventArgs();
        atOnce.Complete();
        Assert.Equal(0, await atOnce);

        using var later = new SocketAwaitableEventArgs(PipeScheduler.ThreadPool);
        var waiting = AwaitAsync(later);
        Assert.False(waiting.IsCompleted);
        later.Complete();
        Assert.Equal(0, await waiting);
    }

    [Fact]
    public async Task Await_AbortedOrFailed_Throws()
    {
        using var aborted = new SocketAwaitableEventArgs();
        var waiting = AwaitAsync(aborted);
        aborted.Abort(SocketError.TimedOut);
        aborted.Complete();
        Assert.Equal(SocketError.TimedOut, (await Assert.ThrowsAsync<SocketException>(() => waiting)).SocketErrorCode);

        using var failed = new SocketAwaitableEventArgs { SocketError = SocketError.ConnectionRefused };
        failed.Complete();
        Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(() => AwaitAsync(failed))).SocketErrorCode);
    }

    private static async Task<int> AwaitAsync(SocketAwaitableEventArgs args) => await args;

    private static Task<string?> ThreadNameAsync(PipeScheduler scheduler)
    {
        var name = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.Schedule(_ => name.SetResult(Thread.CurrentThread.Name), null);
        return name.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
