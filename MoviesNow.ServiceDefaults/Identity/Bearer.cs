using System.Security.Claims;
using Grpc.Core;

namespace MoviesNow.ServiceDefaults.Identity;

/// <summary>Whoever sent a valid token, and what the token says, read once.</summary>
internal sealed class Bearer : ClaimsPrincipal
{
    internal const string RoleClaim = "role";
    internal const string AuthenticationMethodClaim = "amr";

    private static readonly string[] SecondFactors = ["mfa", "otp", "hwk"];

    public Bearer(ClaimsPrincipal principal)
        : base(principal)
    {
        Subject = FindFirst("sub")?.Value ?? "";
        IsService = HasRole("service");
        HasAdminRole = HasRole("admin");
        HasSecondFactor = FindAll(AuthenticationMethodClaim).Any(claim => SecondFactors.Contains(claim.Value, StringComparer.Ordinal));
    }

    public string Subject { get; }

    public bool IsService { get; }

    public bool HasAdminRole { get; }

    public bool HasSecondFactor { get; }

    public bool IsAdmin => HasAdminRole && HasSecondFactor;

    /// <summary>Who makes a call; null without a valid token.</summary>
    public static Bearer? Of(ServerCallContext context) => context.GetHttpContext().User as Bearer;

    // Authorities disagree on the singular.
    private bool HasRole(string role) => HasClaim(claim => claim.Type is RoleClaim or "roles" && string.Equals(claim.Value, role, StringComparison.Ordinal));
}
