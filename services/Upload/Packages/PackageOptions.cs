using Microsoft.Extensions.Options;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Packages;

/// <summary>How uploads of HLS packages run; configuration section <c>Upload:Packages</c>.</summary>
public sealed class PackageOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = UploadOptions.Section + ":Packages";

    /// <summary>How long a package may take from its creation, 1 minute to 30 days.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long the objects of a superseded package stay for those who play them, 1 minute to 30 days.</summary>
    public TimeSpan SupersededRetention { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How many objects are read at once where storage keeps no checksums, and deleted at once, 1 to 64.</summary>
    public int Parallelism { get; set; } = 8;
}

internal sealed class PackageOptionsValidator : IValidateOptions<PackageOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public ValidateOptionsResult Validate(string? name, PackageOptions options)
    {
        var errors = new List<string>();
        Check(options.Deadline >= Shortest && options.Deadline <= Longest, "Deadline must be 1 minute to 30 days.");
        Check(
            options.SupersededRetention >= Shortest && options.SupersededRetention <= Longest, "SupersededRetention must be 1 minute to 30 days.");
        Check(options.Parallelism is >= 1 and <= 64, "Parallelism must be 1 to 64.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(bool condition, string error)
        {
            if (!condition)
            {
                errors.Add($"{PackageOptions.Section}:{error}");
            }
        }
    }
}
