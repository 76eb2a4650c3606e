using System.Security.Claims;
using Grpc.Core;

namespace MoviesNow.ServiceDefaults.Identity;

/// <summary>Who calls, as far as the token tells.</summary>
public static class Caller
{
    internal const string RoleClaim = "role";
    internal const string AuthenticationMethodClaim = "amr";

    private static readonly string[] SecondFactors = ["mfa", "otp", "hwk"];

    /// <summary>The caller's subject; empty without a valid token.</summary>
    public static string Subject(this ServerCallContext context) => UserOf(context).FindFirstValue("sub") ?? "";

    /// <summary>True for an admin with a second factor, or a service.</summary>
    public static bool IsAdminOrService(this ServerCallContext context) => IsService(UserOf(context)) || IsAdmin(UserOf(context));

    /// <summary>True for a service.</summary>
    public static bool IsService(this ServerCallContext context) => IsService(UserOf(context));

    internal static ClaimsPrincipal UserOf(ServerCallContext context) => context.GetHttpContext().User;

    internal static bool IsService(ClaimsPrincipal user) => HasRole(user, "service");

    internal static bool IsAdmin(ClaimsPrincipal user) => HasAdminRole(user) && HasSecondFactor(user);

    internal static bool HasAdminRole(ClaimsPrincipal user) => HasRole(user, "admin");

    internal static bool HasSecondFactor(ClaimsPrincipal user) =>
        user.FindAll(AuthenticationMethodClaim).Any(claim => SecondFactors.Contains(claim.Value, StringComparer.Ordinal));

    // Authorities disagree on the singular.
    private static bool HasRole(ClaimsPrincipal user, string role) =>
        user.Claims.Any(claim => claim.Type is RoleClaim or "roles" && string.Equals(claim.Value, role, StringComparison.Ordinal));
}
