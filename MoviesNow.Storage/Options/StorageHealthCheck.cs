using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MoviesNow.Storage;

/// <summary>Healthy while the bucket answers; part of readiness.</summary>
internal sealed class StorageHealthCheck(IBucketAdministration bucket) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await bucket.ProbeAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StorageException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, $"{e.Message} ({e.Diagnosis.Reason})");
        }
    }
}
