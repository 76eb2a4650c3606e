using Microsoft.Extensions.Options;

namespace MoviesNow.Catalog.Validation;

/// <summary>What happens to titles whose media has errors.</summary>
internal enum MediaErrorPolicy
{
    /// <summary>They are published, and the answer names the errors.</summary>
    Warn,

    /// <summary>They are not published.</summary>
    Refuse,
}

/// <summary>How titles are published; configuration section <c>Catalog:Publishing</c>.</summary>
internal sealed class PublishingOptions
{
    public const string Section = "Catalog:Publishing";

    /// <summary><c>Warn</c> or <c>Refuse</c>.</summary>
    public string OnMediaErrors { get; set; } = nameof(MediaErrorPolicy.Warn);

    /// <summary>The policy; null when the setting is none.</summary>
    public MediaErrorPolicy? Policy => OnMediaErrors.Trim().ToUpperInvariant() switch
    {
        "WARN" => MediaErrorPolicy.Warn,
        "REFUSE" => MediaErrorPolicy.Refuse,
        _ => null,
    };
}

internal sealed class PublishingOptionsValidator : IValidateOptions<PublishingOptions>
{
    public ValidateOptionsResult Validate(string? name, PublishingOptions options) => options.Policy is null
        ? ValidateOptionsResult.Fail($"{PublishingOptions.Section}:{nameof(options.OnMediaErrors)} must be Warn or Refuse.")
        : ValidateOptionsResult.Success;
}
