using Microsoft.Extensions.Options;

namespace MoviesNow.Telemetry.Cmcd;

internal sealed class CmcdOptionsValidator : IValidateOptions<CmcdOptions>
{
    public ValidateOptionsResult Validate(string? name, CmcdOptions options)
    {
        var errors = new List<string>();
        Require(options.MaxBodyBytes is >= 1_024 and <= 4_194_304, "MaxBodyBytes must be 1024 to 4194304.");
        Require(options.RememberedSessions is >= 100 and <= 1_000_000, "RememberedSessions must be 100 to 1000000.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Require(bool condition, string error)
        {
            if (!condition)
            {
                errors.Add($"{CmcdOptions.Section}:{error}");
            }
        }
    }
}
