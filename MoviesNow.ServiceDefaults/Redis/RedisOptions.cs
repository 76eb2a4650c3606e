using Microsoft.Extensions.Options;

namespace MoviesNow.ServiceDefaults.Redis;

/// <summary>What is done about a Redis that is not set up as the service needs it.</summary>
internal enum RedisRequirementsMode
{
    /// <summary>It is not looked at.</summary>
    Off,

    /// <summary>The log and a metric say so.</summary>
    Warn,

    /// <summary>And the service does not start. What Redis does not tell is no reason.</summary>
    Require,
}

/// <summary>How a service takes its Redis; configuration section <c>Redis</c>, described in <c>docs/redis-keys.md</c>.</summary>
internal sealed class RedisOptions
{
    public const string Section = "Redis";

    /// <summary>What happens when Redis is not set up as the service needs it: nothing, a warning, or no start.</summary>
    public RedisRequirementsMode Requirements { get; set; } = RedisRequirementsMode.Warn;
}

internal sealed class RedisOptionsValidator : IValidateOptions<RedisOptions>
{
    public ValidateOptionsResult Validate(string? name, RedisOptions options) => Enum.IsDefined(options.Requirements)
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{RedisOptions.Section}:{nameof(options.Requirements)} must be Off, Warn or Require.");
}

/// <summary>What a service keeps in Redis that must not be lost.</summary>
/// <param name="Durable">Whether some of it must survive a restart of Redis.</param>
internal sealed record RedisNeeds(bool Durable);
