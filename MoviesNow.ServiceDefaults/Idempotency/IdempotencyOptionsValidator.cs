using Microsoft.Extensions.Options;

namespace MoviesNow.ServiceDefaults.Idempotency;

internal sealed class IdempotencyOptionsValidator : IValidateOptions<IdempotencyOptions>
{
    private const int MinResponseBytes = 1024;
    private const int MaxResponseBytes = 4 * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, IdempotencyOptions options)
    {
        var errors = new List<string>();
        if (options.Retention < TimeSpan.FromHours(24) || options.Retention > TimeSpan.FromDays(7))
        {
            errors.Add("Idempotency:Retention must be 1.00:00:00 to 7.00:00:00.");
        }

        if (options.Lease < TimeSpan.FromSeconds(5) || options.Lease > TimeSpan.FromMinutes(5))
        {
            errors.Add("Idempotency:Lease must be 00:00:05 to 00:05:00.");
        }

        if (options.MaxResponseBytes is < MinResponseBytes or > MaxResponseBytes)
        {
            errors.Add($"Idempotency:MaxResponseBytes must be {MinResponseBytes} to {MaxResponseBytes}.");
        }

        if (options.RedisTimeout < TimeSpan.FromMilliseconds(50) || options.RedisTimeout > TimeSpan.FromSeconds(2))
        {
            errors.Add("Idempotency:RedisTimeout must be 00:00:00.050 to 00:00:02.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
