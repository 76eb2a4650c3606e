using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Observability;
using Npgsql;

namespace MoviesNow.Telemetry.Partitions;

/// <summary>Creates the partitions of the next days before they are needed, and drops those past their retention, every hour.</summary>
internal sealed class PartitionMaintenance(
    DayPartitions partitions,
    DayRetention retention,
    IOptions<TelemetryOptions> options,
    TimeProvider time,
    ILogger<PartitionMaintenance> logger) : BackgroundService
{
    private const int DaysAhead = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            using var span = BackgroundWork.Start("maintain partitions");
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
            {
                span.Fail(exception);
                // Sessions create the partition of their day themselves, so nothing is lost by trying again later.
                logger.LogWarning("Partitions could not be maintained: {ExceptionType}", exception.GetType().FullName);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        await partitions.EnsureAsync(today, DaysAhead, cancellationToken);
        var firstKept = today.AddDays(-options.Value.RetentionDays);
        partitions.ForgetBefore(firstKept);
        var dropped = await retention.DropBeforeAsync(firstKept, cancellationToken);
        if (dropped > 0)
        {
            logger.LogInformation("Dropped {Tables} tables past the retention of {Days} days", dropped, options.Value.RetentionDays);
        }
    }
}
