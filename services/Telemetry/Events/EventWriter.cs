using System.Diagnostics;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Observability;

namespace MoviesNow.Telemetry.Events;

/// <summary>
/// Writes what is queued: while one batch is committed the next one gathers (<see cref="BatchPace"/>), so that under load one commit
/// serves many calls, and without load a call waits for nobody. On shutdown it ends after the last call is answered.
/// </summary>
internal sealed class EventWriter(
    EventIsolation store, WriteQueue queue, BatchPace pace, TelemetryMetrics metrics, TimeProvider time, IOptions<TelemetryOptions> options) : IHostedService
{
    private Task _writers = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _writers = Task.WhenAll(Enumerable.Range(0, options.Value.Writers).Select(_ => Task.Run(WriteUntilClosedAsync, CancellationToken.None)));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Close();
        return _writers.WaitAsync(cancellationToken);
    }

    private async Task WriteUntilClosedAsync()
    {
        var batch = new List<AppendJob>();
        while (await queue.TakeAsync(batch, options.Value.MaxBatchEvents, () => pace.Delay))
        {
            var held = batch.Sum(job => job.Events.Count);
            batch.RemoveAll(job => job.IsAbandoned);
            if (batch.Count > 0)
            {
                await WriteAsync(batch);
            }

            batch.Clear();
            queue.Release(held);
        }
    }

    private async Task WriteAsync(List<AppendJob> batch)
    {
        using var span = BackgroundWork.StartFor("write events", [.. batch.Select(job => job.Cause).OfType<ActivityContext>()]);
        try
        {
            using var commit = pace.Begin();
            var started = time.GetTimestamp();
            var results = await store.WriteAsync(batch);
            var events = batch.Sum(job => job.Events.Count);
            metrics.BatchWritten(events, time.GetElapsedTime(started));
            span?.SetTag("moviesnow.batch.events", events);
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Complete(results[i]);
            }
        }
        catch (Exception exception)
        {
            span.Fail(exception);
            batch.ForEach(job => job.Fail(exception));
        }
    }
}
