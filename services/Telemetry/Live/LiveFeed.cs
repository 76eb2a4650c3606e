using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Observability;
using MoviesNow.Telemetry.V1;
using Npgsql;

namespace MoviesNow.Telemetry.Live;

/// <summary>
/// Measures each second while anybody watches, once for all of them, and sends the measurements. Who reads slowly is sent the latest
/// one next: nothing waits for them, and nothing is kept for them.
/// </summary>
internal sealed class LiveFeed(
    LiveStore store,
    LiveMetrics metrics,
    IOptions<LiveOptions> options,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<LiveFeed> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LiveMeasurement? _latest;
    private int _subscribers;
    private bool _isMeasuring;

    /// <summary>Sends what a caller watches until they end the call.</summary>
    /// <exception cref="RpcException">
    /// RESOURCE_EXHAUSTED <c>OVERLOADED</c> when too many watch; UNAVAILABLE when the service shuts down.
    /// </exception>
    public async Task SendAsync(LiveRequest request, IServerStreamWriter<WatchLiveResponse> stream, CancellationToken cancellationToken)
    {
        Subscribe();
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
            for (var number = 1L; ;)
            {
                var measurement = await NextAsync(number, end.Token);
                await stream.WriteAsync(measurement.AnswerTo(request.Filter), end.Token);
                number = measurement.Number + request.Measurements;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw RpcErrors.Of(ErrorReason.DependencyUnavailable, Interval);
        }
        finally
        {
            Unsubscribe();
        }
    }

    /// <summary>The latest measurement, as soon as it is this one or a later one.</summary>
    private async Task<LiveMeasurement> NextAsync(long number, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before the look: a measurement that comes after it is not missed.
            var next = Volatile.Read(ref _next).Task;
            if (Volatile.Read(ref _latest) is { } latest && latest.Number >= number)
            {
                return latest;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    private void Subscribe()
    {
        lock (_lock)
        {
            if (_subscribers >= options.Value.MaxSubscribers)
            {
                throw RpcErrors.Of(ErrorReason.Overloaded, RetryDelay);
            }

            metrics.Subscribers = ++_subscribers;
            if (!_isMeasuring)
            {
                // The last one is from before nobody watched.
                _latest = null;
                _isMeasuring = true;
                _ = Task.Run(MeasureAsync, CancellationToken.None);
            }
        }
    }

    private void Unsubscribe()
    {
        lock (_lock)
        {
            metrics.Subscribers = --_subscribers;
        }
    }

    private async Task MeasureAsync()
    {
        // It is not the work of the call that began it.
        Activity.Current = null;
        using var timer = new PeriodicTimer(Interval, time);
        for (var number = 1L; IsWatched(); number++)
        {
            await MeasureAsync(number);
            try
            {
                await timer.WaitForNextTickAsync(lifetime.ApplicationStopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task MeasureAsync(long number)
    {
        var started = time.GetTimestamp();
        using var span = BackgroundWork.Start("measure live view");
        try
        {
            Volatile.Write(ref _latest, await store.MeasureAsync(number, lifetime.ApplicationStopping));
            metrics.Measured(time.GetElapsedTime(started));
            Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            // Who watches sees the next one that succeeds.
            span.Fail(exception);
            logger.LogWarning("The live view could not be measured: {ExceptionType}", exception.GetType().FullName);
        }
    }

    private bool IsWatched()
    {
        lock (_lock)
        {
            return _isMeasuring = _subscribers > 0;
        }
    }
}
