using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.Cli.Tokens;

/// <summary>Somebody whom a development token names.</summary>
internal sealed record DevelopmentIdentity(string Subject, string[] Roles, string[] AuthenticationMethods)
{
    /// <summary>An admin who used a second factor.</summary>
    public static DevelopmentIdentity Admin { get; } = new("admin@localhost", ["admin"], ["pwd", "mfa"]);

    /// <summary>A back end.</summary>
    public static DevelopmentIdentity Service { get; } = new("service@localhost", ["service"], []);

    /// <summary>Somebody who watches.</summary>
    public static DevelopmentIdentity Viewer { get; } = new("viewer@localhost", [], ["pwd"]);

    public string Mint(string signingKey, DateTimeOffset now, TimeSpan lifetime) =>
        LocalTokens.Mint(signingKey, audience: "moviesnow", Subject, Roles, AuthenticationMethods, now, lifetime);
}
