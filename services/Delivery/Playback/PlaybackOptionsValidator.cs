using Microsoft.Extensions.Options;
using MoviesNow.Delivery.Playback.Signing;

namespace MoviesNow.Delivery.Playback;

internal sealed class PlaybackOptionsValidator : IValidateOptions<PlaybackOptions>
{
    private const int MinKeyBytes = 32;
    private const int MaxUrlLength = 400;
    private const int Day = 24 * 60 * 60;

    public ValidateOptionsResult Validate(string? name, PlaybackOptions options)
    {
        var errors = new List<string>();
        CheckTimes(options, errors);
        if (!Enum.IsDefined(options.Protection))
        {
            errors.Add("Protection must be None, SecureLink, CloudFront or CommonAccessToken.");
        }
        else if (options.Protection is not PlaybackProtection.None)
        {
            CheckUrl(options.CdnUrl, nameof(options.CdnUrl), errors);
            CheckUrl(options.PublicUrl, nameof(options.PublicUrl), errors);
            CheckTicketKeys(options, errors);
            errors.AddRange(GrantSigners.Violations(options));
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors.Select(error => $"{PlaybackOptions.Section}:{error}"));
    }

    /// <summary>True for base64 of at least 32 bytes.</summary>
    public static bool IsKey(string text) => Convert.TryFromBase64String(text, new byte[text.Length], out var length) && length >= MinKeyBytes;

    private static void CheckTimes(PlaybackOptions options, List<string> errors)
    {
        if (options.MinTtlSeconds < 1)
        {
            errors.Add("MinTtlSeconds must be at least 1.");
        }

        if (options.MaxTtlSeconds < options.MinTtlSeconds || options.MaxTtlSeconds > Day)
        {
            errors.Add($"MaxTtlSeconds must be MinTtlSeconds to {Day}.");
        }

        if (options.DefaultTtlSeconds < options.MinTtlSeconds || options.DefaultTtlSeconds > options.MaxTtlSeconds)
        {
            errors.Add("DefaultTtlSeconds must be MinTtlSeconds to MaxTtlSeconds.");
        }

        if (options.MaxSessionSeconds < options.MaxTtlSeconds || options.MaxSessionSeconds > Day)
        {
            errors.Add($"MaxSessionSeconds must be MaxTtlSeconds to {Day}.");
        }
    }

    private static void CheckTicketKeys(PlaybackOptions options, List<string> errors)
    {
        if (options.TicketKeys.Count == 0)
        {
            errors.Add($"TicketKeys:0 must be base64 of at least {MinKeyBytes} bytes.");
        }

        errors.AddRange(options.TicketKeys.Index().Where(key => !IsKey(key.Item)).Select(key => $"TicketKeys:{key.Index} must be base64 of at least {MinKeyBytes} bytes."));
    }

    // What goes into a playlist and a policy: nothing that ends a line, a quoted string or a path.
    private static void CheckUrl(string url, string setting, List<string> errors)
    {
        var isUrl = url.Length <= MaxUrlLength
            && url.EndsWith('/')
            && url.All(c => char.IsAsciiLetterOrDigit(c) || "-._~:/[]".Contains(c, StringComparison.Ordinal))
            && Uri.TryCreate(url, UriKind.Absolute, out var parsed)
            && (parsed.Scheme == Uri.UriSchemeHttps || parsed.Scheme == Uri.UriSchemeHttp)
            && string.Equals(parsed.AbsoluteUri, url, StringComparison.Ordinal);
        if (!isUrl)
        {
            errors.Add($"{setting} must be an absolute http or https URL in its usual spelling that ends in /, of at most {MaxUrlLength} characters of [A-Za-z0-9-._~:/].");
        }
    }
}
