using Microsoft.Extensions.Options;

namespace MoviesNow.Delivery.Playback.Development;

/// <summary>Keeps the stand-in for the CDN on the machines of developers.</summary>
internal sealed class DevelopmentOriginValidator(IHostEnvironment environment) : IValidateOptions<PlaybackOptions>
{
    public ValidateOptionsResult Validate(string? name, PlaybackOptions options) => options switch
    {
        { DevelopmentOrigin: false } => ValidateOptionsResult.Success,
        _ when !environment.IsDevelopment() => Fail("must not be set outside Development: put a CDN in front of the bucket"),
        { Protection: not PlaybackProtection.SecureLink } => Fail("needs Protection to be SecureLink, which it checks"),
        _ => ValidateOptionsResult.Success,
    };

    private static ValidateOptionsResult Fail(string rule) =>
        ValidateOptionsResult.Fail($"{PlaybackOptions.Section}:{nameof(PlaybackOptions.DevelopmentOrigin)} {rule}.");
}
