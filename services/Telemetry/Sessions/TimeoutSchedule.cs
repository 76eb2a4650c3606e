using MoviesNow.ServiceDefaults.Observability;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>Looks for silent sessions all the time, every replica; one of them finds something to do.</summary>
internal sealed class TimeoutSchedule(SessionTimeouts timeouts, TelemetryMetrics metrics, TimeProvider time, ILogger<TimeoutSchedule> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Steps until nothing is due, or another replica is at it.</summary>
    /// <returns>How many sessions were ended.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var ended = 0;
        while (await timeouts.StepAsync(cancellationToken) is { } step)
        {
            metrics.TimedOut(step.Ended);
            ended += step.Ended;
            if (step.Seen < SessionTimeouts.StepSize)
            {
                break;
            }
        }

        return ended;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await timeouts.IsAnyDueAsync(stoppingToken))
                {
                    await RunInSpanAsync(stoppingToken);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("Silent sessions could not be ended yet: {ExceptionType}", exception.GetType().FullName);
            }
        }
    }

    private async Task RunInSpanAsync(CancellationToken cancellationToken)
    {
        using var span = BackgroundWork.Start("time out sessions");
        try
        {
            span?.SetTag("moviesnow.sessions.timed_out", await RunAsync(cancellationToken));
        }
        catch (Exception exception)
        {
            span.Fail(exception);
            throw;
        }
    }
}
