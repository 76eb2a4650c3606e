using Microsoft.Extensions.Options;

namespace MoviesNow.ServiceDefaults.RateLimits;

internal sealed class RateLimitOptionsValidator : IValidateOptions<RateLimitOptions>
{
    private const int MaxPerMinute = 1_000_000;
    private const int MaxServicePerMinute = 100_000_000;
    private const int MaxPeople = 100_000;

    private static readonly TimeSpan MinWindow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxWindow = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, RateLimitOptions options)
    {
        var errors = new List<string>();
        if (options.Salt.Length is not 0 and (< 16 or > 256))
        {
            errors.Add(Key("Salt", "must have 16 to 256 characters."));
        }

        Range(errors, Key(nameof(options.AdminWritesPerMinute)), options.AdminWritesPerMinute, 1, MaxPerMinute);
        Range(errors, Key(nameof(options.WritesPerMinute)), options.WritesPerMinute, 1, MaxPerMinute);
        Range(errors, Key(nameof(options.ReadsPerMinute)), options.ReadsPerMinute, 1, MaxPerMinute);
        Range(errors, Key(nameof(options.ServicePermitsPerMinute)), options.ServicePermitsPerMinute, 0, MaxServicePerMinute);
        Range(errors, Key(nameof(options.PeoplePerApiKey)), options.PeoplePerApiKey, 1, MaxPeople);
        Range(errors, Key(nameof(options.PeoplePerAddress)), options.PeoplePerAddress, 1, MaxPeople);
        Range(errors, Key(nameof(options.Window)), options.Window, MinWindow, MaxWindow);
        Range(errors, Key(nameof(options.RedisTimeout)), options.RedisTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(2));
        Range(errors, Key(nameof(options.RedisRetryDelay)), options.RedisRetryDelay, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Methods(errors, options);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Methods(List<string> errors, RateLimitOptions options)
    {
        var meant = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, limit) in options.Methods)
        {
            var path = Key($"Methods:{key}");
            switch (MethodLimits.Named(key).ToList())
            {
                case []:
                    errors.Add($"{path} names no method of the contract.");
                    break;
                case [var method]:
                    if (!meant.Add(method))
                    {
                        errors.Add($"{path} is one of two entries for {method}.");
                    }

                    break;
                case var methods:
                    errors.Add($"{path} may mean {string.Join(" or ", methods)}.");
                    break;
            }

            Range(errors, $"{path}:{nameof(limit.PermitsPerMinute)}", limit.PermitsPerMinute ?? 1, 1, MaxPerMinute);
            Range(errors, $"{path}:{nameof(limit.ServicePermitsPerMinute)}", limit.ServicePermitsPerMinute ?? 0, 0, MaxServicePerMinute);
            Range(errors, $"{path}:{nameof(limit.Window)}", limit.Window ?? MinWindow, MinWindow, MaxWindow);
        }
    }

    private static void Range<T>(List<string> errors, string key, T value, T min, T max) where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
        {
            errors.Add($"{key} must be {min} to {max}.");
        }
    }

    private static string Key(string name) => $"{RateLimitOptions.Section}:{name}";

    private static string Key(string name, string rule) => $"{Key(name)} {rule}";
}
