using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using Grpc.Core;
using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Proxy;

/// <summary>
/// Lets in so many files at once that memory suffices. The others wait in the order in which they came: nothing of them is read meanwhile,
/// so that flow control holds them back at their senders.
/// </summary>
internal sealed class ProxyAdmission : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly ConcurrencyLimiter _limiter;
    private readonly ProxyOptions _options;
    private readonly TimeProvider _time;
    private readonly Meter _meter;
    private readonly Counter<long> _refused;

    public ProxyAdmission(IOptions<ProxyOptions> options, TimeProvider time, IMeterFactory meters)
    {
        _options = options.Value;
        _time = time;
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = _options.MaxConcurrent,
            QueueLimit = _options.MaxWaiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        _meter = meters.Create(UploadTelemetry.Name);
        _meter.CreateObservableGauge("moviesnow.upload.proxy.active", () => Active, "{file}", "Small files that are received or stored.");
        _meter.CreateObservableGauge("moviesnow.upload.proxy.waiting", () => Waiting, "{file}", "Small files that wait for their turn.");
        _refused = _meter.CreateCounter<long>("moviesnow.upload.proxy.refused", "{file}", "Small files that were refused because too many came at once.");
    }

    /// <summary>How many are let in.</summary>
    public long Active => _options.MaxConcurrent - _limiter.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>How many wait.</summary>
    public long Waiting => _limiter.GetStatistics()!.CurrentQueuedCount;

    /// <summary>Waits for a turn, which lasts until it is disposed.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED <c>OVERLOADED</c>: too many wait, or this one waited too long.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_options.WaitLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var lease = await _limiter.AcquireAsync(permitCount: 1, either.Token);
            return lease.IsAcquired ? lease : throw Overloaded();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Overloaded();
        }
    }

    public void Dispose()
    {
        _limiter.Dispose();
        _meter.Dispose();
    }

    private RpcException Overloaded()
    {
        _refused.Add(1);
        return RpcErrors.Of(ErrorReason.Overloaded, RetryDelay);
    }
}
