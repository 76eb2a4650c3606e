using Microsoft.Extensions.Options;

namespace MoviesNow.Delivery.Quotas;

/// <summary>How many links a network gets a day (UTC); configuration section <c>Delivery:Quotas</c>. Services and admins have no quota.</summary>
internal sealed class QuotaOptions
{
    public const string Section = "Delivery:Quotas";

    /// <summary>Links to ZIPs of bundles; 0 for no quota.</summary>
    public int BundlesPerDay { get; set; } = 200;

    /// <summary>Links to all else: extras, manifests, and what configuration allows; 0 for no quota.</summary>
    public int DownloadsPerDay { get; set; } = 500;

    /// <summary>How long a call waits for Redis before this replica counts alone.</summary>
    public TimeSpan RedisTimeout { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long this replica counts alone before it asks a Redis that failed again.</summary>
    public TimeSpan RedisRetryDelay { get; set; } = TimeSpan.FromSeconds(1);
}

internal sealed class QuotaOptionsValidator : IValidateOptions<QuotaOptions>
{
    private const int Most = 1_000_000_000;

    public ValidateOptionsResult Validate(string? name, QuotaOptions options)
    {
        var errors = new List<string>();
        foreach (var (key, value) in new[] { (nameof(options.BundlesPerDay), options.BundlesPerDay), (nameof(options.DownloadsPerDay), options.DownloadsPerDay) })
        {
            if (value is < 0 or > Most)
            {
                errors.Add($"{QuotaOptions.Section}:{key} must be 0 to {Most}.");
            }
        }

        if (options.RedisTimeout < TimeSpan.FromMilliseconds(10) || options.RedisTimeout > TimeSpan.FromSeconds(2))
        {
            errors.Add($"{QuotaOptions.Section}:{nameof(options.RedisTimeout)} must be 00:00:00.010 to 00:00:02.");
        }

        if (options.RedisRetryDelay < TimeSpan.FromMilliseconds(100) || options.RedisRetryDelay > TimeSpan.FromMinutes(1))
        {
            errors.Add($"{QuotaOptions.Section}:{nameof(options.RedisRetryDelay)} must be 00:00:00.100 to 00:01:00.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
