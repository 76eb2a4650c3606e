using Microsoft.Extensions.Options;

namespace MoviesNow.Catalog.Transfer;

/// <summary>What is kept of imports; configuration section <c>Catalog:Imports</c>.</summary>
internal sealed class ImportOptions
{
    public const string Section = "Catalog:Imports";

    /// <summary>
    /// Days that an import and its rejections are kept after its last line, and names of episodes without a place after title.basics said
    /// them last, 1 to 3,650.
    /// </summary>
    public int RetentionDays { get; set; } = 30;
}

internal sealed class ImportOptionsValidator : IValidateOptions<ImportOptions>
{
    public ValidateOptionsResult Validate(string? name, ImportOptions options) => options.RetentionDays is >= 1 and <= 3_650
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{ImportOptions.Section}:{nameof(options.RetentionDays)} must be 1 to 3650.");
}
