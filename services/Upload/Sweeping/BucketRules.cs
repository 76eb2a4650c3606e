using Microsoft.Extensions.Options;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Sweeping;

/// <summary>
/// Installs the lifecycle rules of the bucket when the service starts, where the backend has them. They are a net below the sweeper: it is
/// earlier in everything that they do.
/// </summary>
internal sealed class BucketRules(
    IBucketAdministration bucket, IOptions<SweepOptions> options, IOptions<UploadOptions> uploads, TimeProvider time, ILogger<BucketRules> logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled)
        {
            return;
        }

        while (!await TryInstallAsync(stoppingToken))
        {
            await Task.Delay(RetryDelay, time, stoppingToken);
        }
    }

    /// <returns>False when trying later may help.</returns>
    internal async Task<bool> TryInstallAsync(CancellationToken cancellationToken)
    {
        try
        {
            var abortAfter = options.Value.AbortIncompleteAfterDays ?? SweepOptionsValidator.LeastAbortDays(uploads.Value);
            await bucket.InstallLifecycleAsync(abortAfter, options.Value.ExpireBundlesAfterDays, cancellationToken);
            return true;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
        catch (StorageException e)
        {
            // The service may lack the right to change the bucket: then its owner installs the rules.
            logger.LogWarning("The lifecycle rules of the bucket could not be installed: {Reason}", e.Diagnosis.Reason);
            return true;
        }
    }
}
