using Microsoft.Extensions.Options;

namespace MoviesNow.Upload.Sweeping;

/// <summary>
/// Lets sweeps run by themselves. Every replica looks once an interval, at a time of its own; the lease lets one of them sweep, if none has
/// within the interval.
/// </summary>
internal sealed class SweepSchedule(
    Sweeper sweeper, SweepLeases leases, SweepTelemetry telemetry, IOptions<SweepOptions> options, TimeProvider time, ILogger<SweepSchedule> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var settings = options.Value;
        if (!settings.Enabled)
        {
            return;
        }

        // The first look comes soon: what a crash left need not wait.
        var wait = settings.Jitter * Random.Shared.NextDouble();
        while (true)
        {
            await Task.Delay(wait, time, stoppingToken);
            await SweepAsync(settings, stoppingToken);
            wait = settings.Interval + (settings.Jitter * Random.Shared.NextDouble());
        }
    }

    private async Task SweepAsync(SweepOptions settings, CancellationToken stoppingToken)
    {
        try
        {
            if (await sweeper.RunAsync(new SweepOrder(IsDryRun: false, settings.MaxDuration, settings.Interval), stoppingToken) is null
                && await leases.LastSuccessAsync(stoppingToken) is { } age)
            {
                telemetry.LastSuccess(age);
            }
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            // The next look is another try.
            logger.LogWarning("No sweep was possible: {Failure}", e.GetType().Name);
        }
    }
}
