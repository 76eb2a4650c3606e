namespace MoviesNow.LocalS3.Storage;

/// <summary>Opens the data directory before the first request is accepted.</summary>
internal sealed class StorageService(BucketStore buckets) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        buckets.Open();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
