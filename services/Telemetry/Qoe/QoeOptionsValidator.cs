using Microsoft.Extensions.Options;

namespace MoviesNow.Telemetry.Qoe;

internal sealed class QoeOptionsValidator : IValidateOptions<QoeOptions>
{
    public ValidateOptionsResult Validate(string? name, QoeOptions options)
    {
        var errors = new List<string>();
        Require(
            options.RollUpInterval >= TimeSpan.FromMilliseconds(50) && options.RollUpInterval <= TimeSpan.FromMinutes(1),
            "RollUpInterval must be 00:00:00.050 to 00:01:00.");
        Require(options.RollUpRows is >= 100 and <= 1_000_000, "RollUpRows must be 100 to 1000000.");
        Require(options.MinuteRetentionDays is >= 2 and <= 400, "MinuteRetentionDays must be 2 to 400.");
        Require(
            options.HourRetentionDays >= options.MinuteRetentionDays && options.HourRetentionDays <= 3_650,
            "HourRetentionDays must be MinuteRetentionDays to 3650.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Require(bool condition, string error)
        {
            if (!condition)
            {
                errors.Add($"{QoeOptions.Section}:{error}");
            }
        }
    }
}
