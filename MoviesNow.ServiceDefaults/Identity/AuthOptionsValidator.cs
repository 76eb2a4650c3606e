using Microsoft.Extensions.Options;

namespace MoviesNow.ServiceDefaults.Identity;

internal sealed class AuthOptionsValidator : IValidateOptions<AuthOptions>
{
    private const int MinKeyBytes = 32;

    public ValidateOptionsResult Validate(string? name, AuthOptions options)
    {
        var errors = new List<string>();
        if (options.Authority.Length == 0 == (options.LocalSigningKey.Length == 0))
        {
            errors.Add("Exactly one of Auth:Authority and Auth:LocalSigningKey must be set.");
        }

        if (options.Authority.Length > 0
            && !(Uri.TryCreate(options.Authority, UriKind.Absolute, out var authority) && IsSafe(authority)))
        {
            errors.Add("Auth:Authority must be an absolute https address (http is for loopback only).");
        }

        if (options.LocalSigningKey.Length > 0 && !IsKey(options.LocalSigningKey))
        {
            errors.Add($"Auth:LocalSigningKey must be base64 of at least {MinKeyBytes} bytes.");
        }

        if (string.IsNullOrWhiteSpace(options.Audience))
        {
            errors.Add("Auth:Audience must not be empty.");
        }

        if (options.ClockSkew < TimeSpan.Zero || options.ClockSkew > TimeSpan.FromMinutes(5))
        {
            errors.Add("Auth:ClockSkew must be 00:00:00 to 00:05:00.");
        }

        for (var i = 0; i < options.ApiKeys.Count; i++)
        {
            if (options.ApiKeys[i].Length is < 16 or > 256 || options.ApiKeys[i].AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                errors.Add($"Auth:ApiKeys:{i} must have 16 to 256 visible ASCII characters.");
            }
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static bool IsSafe(Uri authority) =>
        authority.Scheme == Uri.UriSchemeHttps || (authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback);

    private static bool IsKey(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) && length >= MinKeyBytes;
    }
}
