using System.Security.Claims;
using Grpc.Core;
using Grpc.Core.Interceptors;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.ServiceDefaults.Identity;

/// <summary>
/// Admits a call when the contract's policy for the method does, and marks answers that must not be cached. Standard services
/// (health, reflection) have no policy of ours and are open.
/// </summary>
internal sealed class AccessInterceptor(ApiKeys apiKeys) : Interceptor
{
    private static readonly TimeSpan AuthorityRetryDelay = TimeSpan.FromSeconds(5);

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(request, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(requestStream, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(request, responseStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(requestStream, responseStream, context);
    }

    private void Admit(ServerCallContext context)
    {
        if (MethodPolicies.IsStandard(context.Method))
        {
            return;
        }

        var policy = MethodPolicies.Find(context.Method) ?? throw RpcErrors.Of(ErrorReason.MethodNotAllowed);
        if (Refusal(policy.Access, Caller.UserOf(context), ApiKeys.SentWith(context)) is { } reason)
        {
            throw AuthorityWatch.CouldNotJudge(context) ? RpcErrors.Of(ErrorReason.DependencyUnavailable, AuthorityRetryDelay) : RpcErrors.Of(reason);
        }

        if (policy.NoStore)
        {
            var headers = context.GetHttpContext().Response.Headers;
            headers.CacheControl = "no-store";
            headers.Pragma = "no-cache";
        }
    }

    /// <summary>Why a caller may not; null when it may.</summary>
    internal ErrorReason? Refusal(Access access, ClaimsPrincipal user, string? apiKey)
    {
        if (access is Access.Public)
        {
            // A token identifies better than an API key does, so it makes the key unnecessary.
            return IsAuthenticated(user) || apiKeys.Accepts(apiKey) ? null : ErrorReason.ApiKeyRequired;
        }

        if (!IsAuthenticated(user))
        {
            return ErrorReason.Unauthenticated;
        }

        return access switch
        {
            Access.Viewer => null,
            Access.Service => Caller.IsService(user) ? null : ErrorReason.ServiceRequired,
            Access.Admin => AdminRefusal(user),
            Access.AdminOrService => Caller.IsService(user) ? null : AdminRefusal(user),
            _ => ErrorReason.MethodNotAllowed,
        };
    }

    private static ErrorReason? AdminRefusal(ClaimsPrincipal user) => (Caller.HasAdminRole(user), Caller.HasSecondFactor(user)) switch
    {
        (false, _) => ErrorReason.AdminRequired,
        (true, false) => ErrorReason.MfaRequired,
        (true, true) => null,
    };

    private static bool IsAuthenticated(ClaimsPrincipal user) => user.Identity is { IsAuthenticated: true };
}
