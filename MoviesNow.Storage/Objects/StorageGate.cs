using System.Diagnostics;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace MoviesNow.Storage;

/// <summary>
/// The way to storage: every request goes through here, and is bounded in time, counted, traced, and translated when it fails.
/// All requests share one circuit breaker, for they share one server. Time is real time even where a test replaces the clock.
/// </summary>
internal sealed class StorageGate
{
    private const int MinimumThroughput = 10;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SamplingDuration = TimeSpan.FromSeconds(10);

    private readonly StorageTelemetry _telemetry;
    private readonly ResiliencePipeline _repeatable;
    private readonly ResiliencePipeline _once;
    private readonly ResiliencePipeline _transfer;
    private readonly ResiliencePipeline _probe;

    public StorageGate(IOptions<StorageOptions> options, StorageTelemetry telemetry)
        : this(options, telemetry, TimeProvider.System)
    {
    }

    internal StorageGate(IOptions<StorageOptions> options, StorageTelemetry telemetry, TimeProvider time)
    {
        var settings = options.Value;
        _telemetry = telemetry;

        var breaker = new ResiliencePipelineBuilder { TimeProvider = time }.AddCircuitBreaker(Breaker(settings)).Build();
        _once = new ResiliencePipelineBuilder { TimeProvider = time }.AddPipeline(breaker).AddTimeout(settings.RequestTimeout).Build();
        _transfer = new ResiliencePipelineBuilder { TimeProvider = time }.AddPipeline(breaker).AddTimeout(settings.TransferTimeout).Build();
        _probe = new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(settings.RequestTimeout).Build();
        var repeatable = new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(settings.OperationTimeout);
        if (settings.MaxRetries > 0)
            repeatable.AddRetry(Retry(settings));
        _repeatable = repeatable.AddPipeline(_once).Build();
    }

    /// <summary>Sends what may be repeated without harm, and repeats it after transient failures.</summary>
    public Task<T> RepeatableAsync<T>(string operation, Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken) =>
        RunAsync(_repeatable, operation, send, cancellationToken);

    /// <summary>Sends once, for an answer that is lost may have had its effect.</summary>
    public Task<T> OnceAsync<T>(string operation, Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken) =>
        RunAsync(_once, operation, send, cancellationToken);

    /// <summary>Sends once, with the time that moving or joining an object's bytes takes.</summary>
    public Task<T> TransferAsync<T>(string operation, Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken) =>
        RunAsync(_transfer, operation, send, cancellationToken);

    /// <summary>Sends once even while the circuit is open, to see how storage is.</summary>
    public Task<T> ProbeAsync<T>(string operation, Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken) =>
        RunAsync(_probe, operation, send, cancellationToken);

    private async Task<T> RunAsync<T>(
        ResiliencePipeline pipeline, string operation, Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        using var activity = StorageTelemetry.Start(operation);
        var started = Stopwatch.GetTimestamp();
        var outcome = "ok";
        var context = ResilienceContextPool.Shared.Get(operation, cancellationToken);
        try
        {
            return await pipeline.ExecuteAsync(
                static async (context, send) => await AttemptAsync(context.OperationKey!, send, context.CancellationToken), context, send);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            outcome = "cancelled";
            throw;
        }
        catch (Exception e) when (StorageFailure.IsStorage(e))
        {
            throw Failed(StorageFailure.Translate(operation, e));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
            _telemetry.Finished(operation, outcome, Stopwatch.GetElapsedTime(started));
        }

        StorageException Failed(StorageException failure)
        {
            outcome = failure is StorageUnavailableException ? "unavailable" : "refused";
            activity?.SetStatus(ActivityStatusCode.Error);
            activity?.SetTag("error.type", failure.Diagnosis.Reason);
            return failure;
        }
    }

    private static async Task<T> AttemptAsync<T>(string operation, Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await send(cancellationToken);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // However the library words it, the reason is the token: the caller's, or the attempt's time-out.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (StorageFailure.IsStorage(e))
        {
            throw StorageFailure.Translate(operation, e);
        }
    }

    private static PredicateBuilder<object> Transient() =>
        new PredicateBuilder().Handle<StorageUnavailableException>().Handle<TimeoutRejectedException>();

    private CircuitBreakerStrategyOptions Breaker(StorageOptions settings) => new()
    {
        ShouldHandle = Transient(),
        MinimumThroughput = MinimumThroughput,
        SamplingDuration = SamplingDuration,
        BreakDuration = settings.BreakDuration,
        OnOpened = _ =>
        {
            _telemetry.CircuitOpened();
            return ValueTask.CompletedTask;
        },
    };

    private RetryStrategyOptions Retry(StorageOptions settings) => new()
    {
        ShouldHandle = Transient(),
        MaxRetryAttempts = settings.MaxRetries,
        BackoffType = DelayBackoffType.Exponential,
        Delay = FirstDelay,
        UseJitter = true,
        OnRetry = retry =>
        {
            _telemetry.Retried(retry.Context.OperationKey!);
            return ValueTask.CompletedTask;
        },
    };
}
