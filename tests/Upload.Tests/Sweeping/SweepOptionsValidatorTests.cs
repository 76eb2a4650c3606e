using Microsoft.Extensions.Options;
using MoviesNow.Upload.Sweeping;
using MoviesNow.Upload.Uploads;

namespace UploadTests.Sweeping;

public sealed class SweepOptionsValidatorTests
{
    private static readonly TimeSpan Instant = TimeSpan.FromTicks(1);

    public static TheoryData<string, Action<SweepOptions>> Accepted => new()
    {
        { "defaults", _ => { } },
        { "shortest", options => Shortest(options) },
        { "longest", options => Longest(options) },
        { "no rule for bundles", options => options.ExpireBundlesAfterDays = null },
        { "least days", options => (options.AbortIncompleteAfterDays, options.ExpireBundlesAfterDays) = (8, 61) },
    };

    public static TheoryData<string, Action<SweepOptions>> Rejected => new()
    {
        { "Interval", options => options.Interval = TimeSpan.FromSeconds(1) - Instant },
        { "Interval", options => options.Interval = TimeSpan.FromDays(1) + Instant },
        { "Jitter", options => options.Jitter = -Instant },
        { "Jitter", options => options.Jitter = TimeSpan.FromDays(1) + Instant },
        { "MaxDuration", options => options.MaxDuration = TimeSpan.FromSeconds(1) - Instant },
        { "MaxDuration", options => options.MaxDuration = TimeSpan.FromHours(1) + Instant },
        { "LeaseDuration", options => options.LeaseDuration = TimeSpan.FromSeconds(3) - Instant },
        { "LeaseDuration", options => options.LeaseDuration = TimeSpan.FromMinutes(10) + Instant },
        { "Grace", options => options.Grace = TimeSpan.Zero },
        { "Grace", options => options.Grace = TimeSpan.FromDays(1) + Instant },
        { "MultipartGrace", options => options.MultipartGrace = TimeSpan.FromMinutes(1) - Instant },
        { "MultipartGrace", options => options.MultipartGrace = TimeSpan.FromDays(30) + Instant },
        { "LateWrites", options => options.LateWrites = TimeSpan.FromMinutes(1) - Instant },
        { "LateWrites", options => options.LateWrites = TimeSpan.FromDays(7) + Instant },
        { "PurgeDelay", options => options.PurgeDelay = -Instant },
        { "PurgeDelay", options => options.PurgeDelay = TimeSpan.FromDays(30) + Instant },
        { "OrphanGrace", options => options.OrphanGrace = TimeSpan.FromMinutes(1) - Instant },
        { "OrphanGrace", options => options.OrphanGrace = TimeSpan.FromDays(365) + Instant },
        { "MaxLostObjects", options => options.MaxLostObjects = -1 },
        { "AbortIncompleteAfterDays", options => options.AbortIncompleteAfterDays = 7 },
        { "ExpireBundlesAfterDays", options => options.ExpireBundlesAfterDays = 60 },
    };

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Validate_WithinTheLimits_Succeeds(string what, Action<SweepOptions> change)
    {
        Assert.NotEmpty(what);
        Assert.True(Validate(change).Succeeded);
    }

    [Theory]
    [MemberData(nameof(Rejected))]
    public void Validate_BeyondALimit_NamesTheKey(string key, Action<SweepOptions> change) =>
        Assert.StartsWith($"Upload:Sweep:{key} must ", Assert.Single(Validate(change).Failures!), StringComparison.Ordinal);

    [Fact]
    public void Validate_SeveralMistakes_NamesAllOfThem()
    {
        var result = Validate(options => (options.Interval, options.Grace, options.MaxLostObjects) = (TimeSpan.Zero, TimeSpan.Zero, -1));
        Assert.Equal(["Upload:Sweep:Interval", "Upload:Sweep:Grace", "Upload:Sweep:MaxLostObjects"], result.Failures!.Select(failure => failure.Split(' ')[0]));
    }

    [Fact]
    public void Validate_LongerUploads_NeedALaterRule()
    {
        var validator = new SweepOptionsValidator(Options.Create(new UploadOptions { MultipartDeadline = TimeSpan.FromDays(9.5) }));
        Assert.Contains("at least 11", Assert.Single(validator.Validate(name: null, new SweepOptions { AbortIncompleteAfterDays = 10 }).Failures!), StringComparison.Ordinal);
        Assert.True(validator.Validate(name: null, new SweepOptions { AbortIncompleteAfterDays = 11 }).Succeeded);
    }

    private static ValidateOptionsResult Validate(Action<SweepOptions> change)
    {
        var options = new SweepOptions();
        change(options);
        return new SweepOptionsValidator(Options.Create(new UploadOptions())).Validate(name: null, options);
    }

    private static void Shortest(SweepOptions options)
    {
        (options.Interval, options.Jitter, options.MaxDuration) = (TimeSpan.FromSeconds(1), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        (options.LeaseDuration, options.Grace, options.MultipartGrace) = (TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        (options.LateWrites, options.PurgeDelay, options.OrphanGrace) = (TimeSpan.FromMinutes(1), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        options.MaxLostObjects = 0;
    }

    private static void Longest(SweepOptions options)
    {
        (options.Interval, options.Jitter, options.MaxDuration) = (TimeSpan.FromDays(1), TimeSpan.FromDays(1), TimeSpan.FromHours(1));
        (options.LeaseDuration, options.Grace, options.MultipartGrace) = (TimeSpan.FromMinutes(10), TimeSpan.FromDays(1), TimeSpan.FromDays(30));
        (options.LateWrites, options.PurgeDelay, options.OrphanGrace) = (TimeSpan.FromDays(7), TimeSpan.FromDays(30), TimeSpan.FromDays(365));
    }
}
