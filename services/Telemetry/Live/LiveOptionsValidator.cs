using Microsoft.Extensions.Options;

namespace MoviesNow.Telemetry.Live;

internal sealed class LiveOptionsValidator : IValidateOptions<LiveOptions>
{
    public ValidateOptionsResult Validate(string? name, LiveOptions options) => options.MaxSubscribers is >= 1 and <= 100_000
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{LiveOptions.Section}:MaxSubscribers must be 1 to 100000.");
}
