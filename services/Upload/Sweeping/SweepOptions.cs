using Microsoft.Extensions.Options;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Sweeping;

/// <summary>How the bucket is swept; configuration section <c>Upload:Sweep</c>.</summary>
public sealed class SweepOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Upload:Sweep";

    /// <summary>Whether sweeps run by themselves. They can be asked for in any case.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>From the end of a sweep to the next, on whichever replica: 1 second to 1 day.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How much later than that a replica may look, at random, so that they do not all look at once.</summary>
    public TimeSpan Jitter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a sweep may take, 1 second to 1 hour; the next one goes on where it stopped.</summary>
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a replica that does not answer keeps others from sweeping, 3 seconds to 10 minutes.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a step of an upload may be under way before the sweeper takes it for stopped.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How old a multipart upload must be that no open upload names.</summary>
    public TimeSpan MultipartGrace { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a write may run on that began before its URL stopped working.</summary>
    public TimeSpan LateWrites { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long after its expiry the objects of a bundle stay: downloads may be under way.</summary>
    public TimeSpan PurgeDelay { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether objects that an upload wrote and no row knows any more are removed. Otherwise they are reported only.</summary>
    public bool DeleteOrphans { get; set; }

    /// <summary>How long an object must have been known as an orphan before it is removed.</summary>
    public TimeSpan OrphanGrace { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// With more lost objects than that at once none is recorded as lost: the setting of the bucket is more likely to be wrong.
    /// </summary>
    public int MaxLostObjects { get; set; } = 100;

    /// <summary>Days after which storage itself aborts multipart uploads; null for one more than an upload may take.</summary>
    public int? AbortIncompleteAfterDays { get; set; }

    /// <summary>Days after which storage itself deletes what lies below <c>bundles/</c>; null for never.</summary>
    public int? ExpireBundlesAfterDays { get; set; } = 400;
}

internal sealed class SweepOptionsValidator(IOptions<UploadOptions> uploads) : IValidateOptions<SweepOptions>
{
    // Bundles expire within 60 days of their last change.
    private const int ShortestBundleExpiry = 61;

    public ValidateOptionsResult Validate(string? name, SweepOptions options)
    {
        var errors = new List<string>();
        Between("Interval", options.Interval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Between("Jitter", options.Jitter, TimeSpan.Zero, TimeSpan.FromDays(1));
        Between("MaxDuration", options.MaxDuration, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Between("LeaseDuration", options.LeaseDuration, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(10));
        Between("Grace", options.Grace, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Between("MultipartGrace", options.MultipartGrace, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30));
        Between("LateWrites", options.LateWrites, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7));
        Between("PurgeDelay", options.PurgeDelay, TimeSpan.Zero, TimeSpan.FromDays(30));
        Between("OrphanGrace", options.OrphanGrace, TimeSpan.FromMinutes(1), TimeSpan.FromDays(365));
        Check(options.MaxLostObjects >= 0, "MaxLostObjects must not be negative.");
        Check(
            options.AbortIncompleteAfterDays is null || options.AbortIncompleteAfterDays >= LeastAbortDays(uploads.Value),
            $"AbortIncompleteAfterDays must be at least {LeastAbortDays(uploads.Value)}, one more than an upload may take.");
        Check(
            options.ExpireBundlesAfterDays is null or >= ShortestBundleExpiry,
            $"ExpireBundlesAfterDays must be at least {ShortestBundleExpiry}.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Between(string setting, TimeSpan value, TimeSpan least, TimeSpan most) =>
            Check(value >= least && value <= most, $"{setting} must be {least:c} to {most:c}.");

        void Check(bool condition, string error)
        {
            if (!condition)
            {
                errors.Add($"{SweepOptions.Section}:{error}");
            }
        }
    }

    /// <summary>Storage must not abort what may still be completed.</summary>
    public static int LeastAbortDays(UploadOptions uploads) => (int)Math.Ceiling(uploads.MultipartDeadline.TotalDays) + 1;
}
