using Microsoft.Extensions.Options;

namespace MoviesNow.Upload.Proxy;

/// <summary>How many small files pass through a replica; configuration section <c>Upload:Proxy</c>.</summary>
public sealed class ProxyOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Upload:Proxy";

    /// <summary>How many files a replica receives and stores at once, 1 to 256. Each may take up to about 30 MiB of memory.</summary>
    public int MaxConcurrent { get; set; } = 16;

    /// <summary>How many more calls wait for their turn, 0 to 10,000. Those beyond are refused at once.</summary>
    public int MaxWaiting { get; set; } = 256;

    /// <summary>How long a call waits for its turn, 100 milliseconds to 1 minute.</summary>
    public TimeSpan WaitLimit { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a file may take to arrive from its turn on, 1 second to 10 minutes. Slow senders keep others waiting.</summary>
    public TimeSpan ReceiveLimit { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Bytes that must arrive for each second that the service waits for them, so that a slow sender loses its turn early; 0 to 10 MiB,
    /// 0 for no such demand.
    /// </summary>
    public int MinBytesPerSecond { get; set; } = 64 << 10;

    /// <summary>How long the service waits besides, whatever has arrived, 100 milliseconds to 1 minute.</summary>
    public TimeSpan MinRateGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a file that is stored may remain unrecorded after a failure before it is deleted, 1 minute to 1 day.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromMinutes(10);
}

internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        var errors = new List<string>();
        Check(options.MaxConcurrent is >= 1 and <= 256, "MaxConcurrent must be 1 to 256.");
        Check(options.MaxWaiting is >= 0 and <= 10_000, "MaxWaiting must be 0 to 10,000.");
        Check(IsBetween(options.WaitLimit, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)), "WaitLimit must be 100 milliseconds to 1 minute.");
        Check(IsBetween(options.ReceiveLimit, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)), "ReceiveLimit must be 1 second to 10 minutes.");
        Check(options.MinBytesPerSecond is >= 0 and <= ProxyLimits.MaxFile, "MinBytesPerSecond must be 0 to 10,485,760.");
        Check(IsBetween(options.MinRateGrace, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)), "MinRateGrace must be 100 milliseconds to 1 minute.");
        Check(IsBetween(options.Deadline, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1)), "Deadline must be 1 minute to 1 day.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(bool condition, string error)
        {
            if (!condition)
            {
                errors.Add($"{ProxyOptions.Section}:{error}");
            }
        }
    }

    private static bool IsBetween(TimeSpan value, TimeSpan min, TimeSpan max) => value >= min && value <= max;
}
