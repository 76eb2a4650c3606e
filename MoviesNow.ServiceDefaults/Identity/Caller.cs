using Grpc.Core;

namespace MoviesNow.ServiceDefaults.Identity;

/// <summary>Who calls, as far as the token tells.</summary>
public static class Caller
{
    /// <summary>The caller's subject; empty without a valid token.</summary>
    public static string Subject(this ServerCallContext context) => Bearer.Of(context)?.Subject ?? "";

    /// <summary>True for an admin with a second factor, or a service.</summary>
    public static bool IsAdminOrService(this ServerCallContext context) => Bearer.Of(context) is { IsService: true } or { IsAdmin: true };

    /// <summary>True for a service.</summary>
    public static bool IsService(this ServerCallContext context) => Bearer.Of(context) is { IsService: true };
}
