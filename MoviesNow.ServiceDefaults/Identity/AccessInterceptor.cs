using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;
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

    /// <summary>Passes when the caller may call the method.</summary>
    /// <exception cref="RpcException">It may not, or nobody can tell at the moment.</exception>
    public void RequireAccess(HttpContext context, string method) => RequireAccess(context, PolicyOf(method));

    private void Admit(ServerCallContext context)
    {
        if (MethodPolicies.IsStandard(context.Method))
        {
            return;
        }

        var http = context.GetHttpContext();
        var policy = PolicyOf(context.Method);
        RequireAccess(http, policy);
        if (policy.NoStore)
        {
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers.Pragma = "no-cache";
        }
    }

    private void RequireAccess(HttpContext context, MethodPolicy policy)
    {
        if (Refusal(policy.Access, context.User as Bearer, ApiKeys.SentWith(context)) is { } reason)
        {
            throw AuthorityWatch.CouldNotJudge(context) ? RpcErrors.Of(ErrorReason.DependencyUnavailable, AuthorityRetryDelay) : RpcErrors.Of(reason);
        }
    }

    private static MethodPolicy PolicyOf(string method) => MethodPolicies.Find(method) ?? throw RpcErrors.Of(ErrorReason.MethodNotAllowed);

    /// <summary>Why a caller may not; null when it may.</summary>
    internal ErrorReason? Refusal(Access access, Bearer? bearer, string? apiKey)
    {
        if (access is Access.Public)
        {
            // A token identifies better than an API key does, so it makes the key unnecessary.
            return bearer is not null || apiKeys.Accepts(apiKey) ? null : ErrorReason.ApiKeyRequired;
        }

        if (bearer is null)
        {
            return ErrorReason.Unauthenticated;
        }

        return access switch
        {
            Access.Viewer => null,
            Access.Service => bearer.IsService ? null : ErrorReason.ServiceRequired,
            Access.Admin => AdminRefusal(bearer),
            Access.AdminOrService => bearer.IsService ? null : AdminRefusal(bearer),
            _ => ErrorReason.MethodNotAllowed,
        };
    }

    private static ErrorReason? AdminRefusal(Bearer bearer) => (bearer.HasAdminRole, bearer.HasSecondFactor) switch
    {
        (false, _) => ErrorReason.AdminRequired,
        (true, false) => ErrorReason.MfaRequired,
        (true, true) => null,
    };
}
