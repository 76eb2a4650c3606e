using Microsoft.Extensions.Options;
using MoviesNow.Storage;
using MoviesNow.Upload.Multipart;

namespace MoviesNow.Upload.Uploads;

/// <summary>How uploads run; configuration section <c>Upload</c>.</summary>
public sealed class UploadOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Upload";

    /// <summary>Bytes of a part unless the object is so large that there would be more than 10,000: 5 MiB to 5 GiB.</summary>
    public long PartSizeBytes { get; set; } = 16L << 20;

    /// <summary>How long a presigned request works, 1 minute to 7 days; never beyond the upload's deadline.</summary>
    public TimeSpan UrlLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a single PUT may take from its creation, 1 minute to 30 days.</summary>
    public TimeSpan SinglePutDeadline { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a multipart upload may take from its creation, 1 minute to 30 days.</summary>
    public TimeSpan MultipartDeadline { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long opening a session may take before another call may clear it away, 15 seconds to 10 minutes.</summary>
    public TimeSpan OpeningLease { get; set; } = TimeSpan.FromMinutes(1);
}

internal sealed class UploadOptionsValidator : IValidateOptions<UploadOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromDays(30);

    public ValidateOptionsResult Validate(string? name, UploadOptions options)
    {
        var errors = new List<string>();
        Check(options.PartSizeBytes is >= PartLayout.MinPartSize and <= PartLayout.MaxPartSize, "PartSizeBytes must be 5 MiB to 5 GiB.");
        Check(options.UrlLifetime >= Shortest && options.UrlLifetime <= S3Presigner.MaxLifetime, "UrlLifetime must be 1 minute to 7 days.");
        Check(options.SinglePutDeadline >= Shortest && options.SinglePutDeadline <= LongestDeadline, "SinglePutDeadline must be 1 minute to 30 days.");
        Check(options.MultipartDeadline >= Shortest && options.MultipartDeadline <= LongestDeadline, "MultipartDeadline must be 1 minute to 30 days.");
        Check(
            options.OpeningLease >= TimeSpan.FromSeconds(15) && options.OpeningLease <= TimeSpan.FromMinutes(10),
            "OpeningLease must be 15 seconds to 10 minutes.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(bool condition, string error)
        {
            if (!condition)
            {
                errors.Add($"{UploadOptions.Section}:{error}");
            }
        }
    }
}
