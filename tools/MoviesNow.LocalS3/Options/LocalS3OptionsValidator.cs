using Microsoft.Extensions.Options;
using MoviesNow.LocalS3.Buckets;

namespace MoviesNow.LocalS3;

/// <summary>Collects every violation, each named by its configuration key.</summary>
internal sealed class LocalS3OptionsValidator : IValidateOptions<LocalS3Options>
{
    public ValidateOptionsResult Validate(string? name, LocalS3Options options)
    {
        var failures = Violations(options).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Violations(LocalS3Options options)
    {
        if (string.IsNullOrWhiteSpace(options.DataDirectory))
            yield return "LocalS3:DataDirectory is required: the directory that holds the buckets.";
        if (!IsToken(options.AccessKey, 3, 128))
            yield return "LocalS3:AccessKey is required: 3 to 128 letters, digits, '_', '-' or '.'.";
        if (options.SecretKey.Length < 8)
            yield return "LocalS3:SecretKey is required: at least 8 characters.";
        if (!IsToken(options.Region, 1, 64))
            yield return "LocalS3:Region must be 1 to 64 letters, digits, '_', '-' or '.'.";
        if (options.Domain is not null && Uri.CheckHostName(options.Domain) != UriHostNameType.Dns)
            yield return "LocalS3:Domain must be a DNS name without a scheme or port.";
        for (var i = 0; i < options.Buckets.Count; i++)
        {
            if (!BucketName.IsValid(options.Buckets[i]))
                yield return $"LocalS3:Buckets:{i} is not a bucket name: 3 to 63 lower-case letters, digits, '-' or '.'.";
        }

        for (var i = 0; i < options.CorsOrigins.Count; i++)
        {
            if (!IsOrigin(options.CorsOrigins[i]))
                yield return $"LocalS3:CorsOrigins:{i} must be '*' or an origin such as http://localhost:5173, with at most one '*'.";
        }

        if (options.LifecycleInterval < TimeSpan.FromMilliseconds(100) || options.LifecycleInterval > TimeSpan.FromDays(30))
            yield return "LocalS3:LifecycleInterval must be between 00:00:00.1 and 30 days.";
        if (options.LifecycleDay < TimeSpan.FromSeconds(1) || options.LifecycleDay > TimeSpan.FromDays(1))
            yield return "LocalS3:LifecycleDay must be between one second and one day.";
    }

    private static bool IsToken(string value, int min, int max) =>
        value.Length >= min && value.Length <= max && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    private static bool IsOrigin(string value) =>
        value == "*" || (value.Count(c => c == '*') <= 1
            && Uri.TryCreate(value.Replace("*", "x", StringComparison.Ordinal), UriKind.Absolute, out var uri)
            && uri.AbsolutePath == "/" && !value.EndsWith('/'));
}
