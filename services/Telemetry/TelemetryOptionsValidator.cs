using Microsoft.Extensions.Options;

namespace MoviesNow.Telemetry;

internal sealed class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>
{
    private const int MinKeyBytes = 32;
    private const int MinSaltBytes = 16;

    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        var errors = new List<string>();
        Require(IsBase64(options.SessionTokenKey, MinKeyBytes), $"SessionTokenKey must be base64 of at least {MinKeyBytes} bytes.");
        Require(IsBase64(options.IpSalt, MinSaltBytes), $"IpSalt must be base64 of at least {MinSaltBytes} bytes.");
        Require(Enum.IsDefined(options.UserAgent), "UserAgent must be Hash, Keep or Drop.");
        Require(
            options.HeartbeatInterval >= TimeSpan.FromSeconds(10) && options.HeartbeatInterval <= TimeSpan.FromSeconds(30),
            "HeartbeatInterval must be 00:00:10 to 00:00:30.");
        Require(
            options.SessionTimeout >= TimeSpan.FromMinutes(1) && options.SessionTimeout <= TimeSpan.FromDays(1),
            "SessionTimeout must be 00:01:00 to 1.00:00:00.");
        Require(
            options.PausedTimeout >= options.SessionTimeout && options.PausedTimeout <= TimeSpan.FromDays(7),
            "PausedTimeout must be SessionTimeout to 7.00:00:00.");
        Require(options.RetentionDays is >= 1 and <= 3_650, "RetentionDays must be 1 to 3650.");
        Require(options.Writers is >= 1 and <= 16, "Writers must be 1 to 16.");
        Require(options.MaxBatchEvents is >= 500 and <= 50_000, "MaxBatchEvents must be 500 to 50000.");
        Require(options.MaxQueuedEvents is >= 500 and <= 1_000_000, "MaxQueuedEvents must be 500 to 1000000.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Require(bool condition, string error)
        {
            if (!condition)
            {
                errors.Add($"{TelemetryOptions.Section}:{error}");
            }
        }
    }

    private static bool IsBase64(string text, int minBytes) =>
        Convert.TryFromBase64String(text, new byte[text.Length], out var length) && length >= minBytes;
}
