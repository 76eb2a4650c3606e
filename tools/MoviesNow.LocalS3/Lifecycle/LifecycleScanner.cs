using Microsoft.Extensions.Options;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Lifecycle;

/// <summary>Applies lifecycle rules from time to time: deletes expired objects, aborts multipart uploads that were left behind.</summary>
internal sealed class LifecycleScanner(
    BucketStore buckets, IOptions<LocalS3Options> options, TimeProvider time, ILogger<LifecycleScanner> logger) : BackgroundService
{
    private readonly TimeSpan _day = options.Value.LifecycleDay;

    /// <summary>Applies all rules once.</summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        foreach (var bucket in buckets.All)
        {
            var rules = LifecycleConfiguration.Of(bucket.Record).Where(rule => rule.Enabled).ToList();
            if (rules.Count == 0)
                continue;
            var expired = await ExpireAsync(bucket, rules, cancellationToken);
            var aborted = await AbortAsync(bucket, rules, cancellationToken);
            if (expired + aborted > 0)
                logger.LogInformation("Lifecycle of {Bucket}: {Expired} objects expired, {Aborted} uploads aborted.", bucket.Name, expired, aborted);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.LifecycleInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await ApplyAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is IOException or S3Exception)
            {
                logger.LogError(exception, "Lifecycle rules could not be applied; the next turn tries again.");
            }
        }
    }

    private async Task<int> ExpireAsync(Bucket bucket, List<LifecycleRule> rules, CancellationToken cancellationToken)
    {
        var expired = 0;
        foreach (var entry in bucket.Objects.Index.Snapshot)
        {
            var due = rules
                .Where(rule => rule.Filter.MayMatch(entry.Key, entry.Size) && rule.ExpiryOf(entry.LastModified, _day) <= time.GetUtcNow())
                .ToList();
            if (due.Count == 0 || !Matches(bucket, entry, due))
                continue;
            // A newer object at the key is another matter.
            if (await bucket.Objects.DeleteAsync(entry.Key, current => current?.Version == entry.Version, cancellationToken))
                expired++;
        }

        return expired;
    }

    private static bool Matches(Bucket bucket, ObjectEntry entry, List<LifecycleRule> due)
    {
        if (due.Any(rule => rule.Filter.Tags.Count == 0))
            return true;
        using var lease = bucket.Objects.Open(entry.Key);
        return lease is not null && due.Any(rule => rule.Filter.Matches(lease.Record));
    }

    private async Task<int> AbortAsync(Bucket bucket, List<LifecycleRule> rules, CancellationToken cancellationToken)
    {
        var aborted = 0;
        foreach (var upload in bucket.Uploads.All)
        {
            var record = upload.Record;
            var due = rules.Where(rule => record.Key.StartsWith(rule.Filter.Prefix, StringComparison.Ordinal));
            if (!due.Any(rule => rule.AbortOf(record.Initiated, _day) <= time.GetUtcNow()))
                continue;
            try
            {
                await bucket.Uploads.AbortAsync(upload, cancellationToken);
                aborted++;
            }
            catch (S3Exception)
            {
                // It was completed or aborted meanwhile.
            }
        }

        return aborted;
    }
}
