namespace MoviesNow.ServiceDefaults.Identity;

/// <summary>How callers prove who they are; configuration section <c>Auth</c>.</summary>
public sealed class AuthOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Auth";

    /// <summary>Issuer of tokens that are signed with <see cref="LocalSigningKey"/>.</summary>
    public const string LocalIssuer = "moviesnow-local";

    /// <summary>
    /// Base address of the OpenID Connect authority that issues tokens; empty to use the local key. Its keys are read every five minutes, and
    /// when a token names one that is not known, at most every 30 seconds. A key that it withdraws is refused once that is read, and a token
    /// that was checked before that, at most 30 seconds later.
    /// </summary>
    public string Authority { get; set; } = "";

    /// <summary>The audience that tokens must name.</summary>
    public string Audience { get; set; } = "moviesnow";

    /// <summary>Key of at least 256 bits, base64, that signs tokens in development (HS256). Not together with <see cref="Authority"/>.</summary>
    public string LocalSigningKey { get; set; } = "";

    /// <summary>How far clocks may differ, 0 to 5 minutes.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Keys of which public callers must send one in <c>x-api-key</c>; none when empty. Each 16 to 256 visible ASCII characters.</summary>
    public IList<string> ApiKeys { get; } = [];

    /// <summary>File with the token that this service sends to others, read anew when it changes; not needed with a local key.</summary>
    public string ServiceTokenFile { get; set; } = "";
}
