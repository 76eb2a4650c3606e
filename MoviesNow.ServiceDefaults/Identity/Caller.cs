using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MoviesNow.ServiceDefaults.Identity;

/// <summary>Who calls, as far as the token tells.</summary>
public static class Caller
{
    /// <summary>The caller's subject; empty without a valid token.</summary>
    public static string Subject(this ServerCallContext context) => Bearer.Of(context)?.Subject ?? "";

    /// <summary>True for an admin with a second factor, or a service.</summary>
    public static bool IsAdminOrService(this ServerCallContext context) => Bearer.Of(context) is { IsService: true } or { IsAdmin: true };

    /// <summary>
    /// Passes when the contract lets the caller call the method that the request's path names. For what must know before gRPC has read
    /// the message, such as a limit of memory; all other calls are checked when they are read.
    /// </summary>
    /// <exception cref="RpcException">It does not, or nobody can tell at the moment.</exception>
    public static void RequireAccess(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.RequestServices.GetRequiredService<AccessInterceptor>().RequireAccess(context, context.Request.Path);
    }

    /// <summary>True for a service.</summary>
    public static bool IsService(this ServerCallContext context) => Bearer.Of(context) is { IsService: true };
}
