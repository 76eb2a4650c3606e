using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.Testing.Hosting;

/// <summary>Whom a test calls as.</summary>
public sealed record Identity(string Subject, IReadOnlyList<string> Roles, IReadOnlyList<string> AuthenticationMethods)
{
    /// <summary>Signs the tokens of every service under test.</summary>
    public const string SigningKey = "bW92aWVzbm93LXRlc3RzLXNpZ25pbmcta2V5LTAwMDE=";

    public static Identity Admin { get; } = new("admin@test", ["admin"], ["pwd", "mfa"]);

    public static Identity AdminWithoutMfa { get; } = new("careless@test", ["admin"], ["pwd"]);

    public static Identity Service { get; } = new("service@test", ["service"], []);

    public static Identity Viewer { get; } = new("viewer@test", [], []);

    /// <summary>A token that is valid for an hour from now.</summary>
    public string Token() => LocalTokens.Mint(SigningKey, "moviesnow", Subject, Roles, AuthenticationMethods, DateTimeOffset.UtcNow, TimeSpan.FromHours(1));
}
