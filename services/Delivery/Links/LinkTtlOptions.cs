using Microsoft.Extensions.Options;

namespace MoviesNow.Delivery.Links;

/// <summary>How long links work; configuration section <c>Delivery:LinkTtl</c>.</summary>
internal sealed class LinkTtlOptions
{
    public const string Section = "Delivery:LinkTtl";

    /// <summary>The least that is granted, in seconds.</summary>
    public int MinSeconds { get; set; } = 60;

    /// <summary>The most that is granted, in seconds; S3 allows seven days.</summary>
    public int MaxSeconds { get; set; } = 3_600;

    /// <summary>What is granted when nothing is asked, in seconds.</summary>
    public int DefaultSeconds { get; set; } = 600;
}

internal sealed class LinkTtlOptionsValidator : IValidateOptions<LinkTtlOptions>
{
    private const int SevenDays = 7 * 24 * 60 * 60;

    public ValidateOptionsResult Validate(string? name, LinkTtlOptions options)
    {
        var errors = new List<string>();
        if (options.MinSeconds < 1)
        {
            errors.Add($"{LinkTtlOptions.Section}:MinSeconds must be at least 1.");
        }

        if (options.MaxSeconds < options.MinSeconds || options.MaxSeconds > SevenDays)
        {
            errors.Add($"{LinkTtlOptions.Section}:MaxSeconds must be MinSeconds to {SevenDays}.");
        }

        if (options.DefaultSeconds < options.MinSeconds || options.DefaultSeconds > options.MaxSeconds)
        {
            errors.Add($"{LinkTtlOptions.Section}:DefaultSeconds must be MinSeconds to MaxSeconds.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
