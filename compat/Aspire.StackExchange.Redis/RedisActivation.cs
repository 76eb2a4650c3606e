using Microsoft.Extensions.Hosting;

namespace Aspire.StackExchange.Redis;

/// <summary>Connects when the host starts, beside it: a Redis that does not answer must not hold the start up.</summary>
internal sealed class RedisActivation(Func<object> resolve) : IHostedService
{
    private Task _activation = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _activation = Task.Factory.StartNew(resolve, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    // What resolving throws is thrown again, and so reported, where the connection is used.
    public Task StopAsync(CancellationToken cancellationToken) =>
        _activation.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
