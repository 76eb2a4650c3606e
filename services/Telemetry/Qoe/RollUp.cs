using Microsoft.Extensions.Options;

namespace MoviesNow.Telemetry.Qoe;

/// <summary>Sums up what newly committed events changed, about twice a second, and at once while there is more than one transaction takes.</summary>
internal sealed class RollUp(
    RollUpStore store, RollUpMetrics metrics, IOptions<QoeOptions> options, TimeProvider time, ILogger<RollUp> logger) : BackgroundService
{
    private const int FewestRows = 100;

    // Fewer after a failure, and more again with each success: what takes too long at once would else never be summed up.
    private int _rows = options.Value.RollUpRows;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.RollUpInterval, time);
        do
        {
            try
            {
                while (!await RunAsync(stoppingToken))
                {
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The deltas stay until they are summed up.
                logger.LogWarning("Quality could not be summed up: {ExceptionType}", exception.GetType().FullName);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Sums up some deltas.</summary>
    /// <returns>True when there is nothing more to do now, or another replica does it.</returns>
    internal async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var result = await RollUpAsync(cancellationToken);
        metrics.CompleteUntil = await store.CompleteUntilAsync(cancellationToken);
        if (result is { Rows: > 0 })
        {
            metrics.RolledUp(result.Rows, time.GetElapsedTime(started));
        }

        return result is null or { IsDrained: true };
    }

    private async Task<RollUpResult?> RollUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            var result = await store.RollUpAsync(_rows, cancellationToken);
            _rows = Math.Min(options.Value.RollUpRows, _rows * 2);
            return result;
        }
        catch
        {
            _rows = Math.Max(FewestRows, _rows / 2);
            throw;
        }
    }
}
