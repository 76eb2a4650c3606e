using Microsoft.Extensions.Options;

namespace MoviesNow.Delivery.Tokens;

/// <summary>One-time tokens; configuration section <c>Delivery:Tokens</c>.</summary>
internal sealed class TokenOptions
{
    public const string Section = "Delivery:Tokens";

    /// <summary>How long a redemption may be repeated without spending another use; zero switches that off.</summary>
    public TimeSpan GrantWindow { get; set; } = TimeSpan.FromMinutes(5);
}

internal sealed class TokenOptionsValidator : IValidateOptions<TokenOptions>
{
    public ValidateOptionsResult Validate(string? name, TokenOptions options) => options.GrantWindow >= TimeSpan.Zero && options.GrantWindow <= TimeSpan.FromHours(1)
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{TokenOptions.Section}:{nameof(options.GrantWindow)} must be 00:00:00 to 01:00:00.");
}
