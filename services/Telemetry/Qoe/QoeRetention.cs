using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Observability;

namespace MoviesNow.Telemetry.Qoe;

/// <summary>Removes sums of minutes and hours that are past their retention, every hour. Sums of days stay.</summary>
internal sealed class QoeRetention(
    RollUpStore store, IOptions<QoeOptions> options, TimeProvider time, ILogger<QoeRetention> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>The first moment whose sums of a level are kept: the begin of a day.</summary>
    public static DateTimeOffset KeptFrom(QoeLevel level, QoeOptions options, DateTimeOffset now) => level switch
    {
        QoeLevel.Minute => QoeLevel.Day.Floor(now).AddDays(-options.MinuteRetentionDays),
        QoeLevel.Hour => QoeLevel.Day.Floor(now).AddDays(-options.HourRetentionDays),
        _ => DateTimeOffset.MinValue,
    };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            using var span = BackgroundWork.Start("remove old quality");
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                span.Fail(exception);
                logger.LogWarning("Old quality could not be removed: {ExceptionType}", exception.GetType().FullName);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await store.RemoveBeforeAsync(QoeLevel.Minute, KeptFrom(QoeLevel.Minute, options.Value, now), cancellationToken)
            + await store.RemoveBeforeAsync(QoeLevel.Hour, KeptFrom(QoeLevel.Hour, options.Value, now), cancellationToken);
    }
}
