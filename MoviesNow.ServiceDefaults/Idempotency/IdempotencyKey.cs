using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Idempotency;

/// <summary>The metadata with which a caller makes a mutation repeatable.</summary>
public static class IdempotencyKey
{
    /// <summary>Name of the metadata: 1 to 128 visible ASCII characters, best a new UUID for each intended effect.</summary>
    public const string Header = "idempotency-key";

    private static readonly object EffectIdState = new();

    /// <summary>
    /// The id of the call's effect: the same for each repetition of a call (caller, method, key and request), null without a key.
    /// A store that keeps it in a unique column has the effect once even where Redis, and so the record of the call, is lost.
    /// </summary>
    public static Guid? EffectId(this ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.UserState.TryGetValue(EffectIdState, out var id) ? (Guid)id : null;
    }

    /// <summary>
    /// The same for a stream, which is not replayed and whose request is known only when all of it was read.
    /// </summary>
    /// <param name="context">The call.</param>
    /// <param name="request">What the stream amounts to: equal for each repetition of the call, and of no other.</param>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the key is malformed.</exception>
    public static Guid? EffectIdOf(this ServerCallContext context, IMessage request)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        var apiKeys = context.GetHttpContext().RequestServices.GetRequiredService<ApiKeys>();
        return KeyedCall.Read(context, request, CallerId.Of(context, apiKeys))?.EffectId;
    }

    /// <summary>
    /// Passes when the call has no key, or one that is well formed. For what must know before gRPC has read the request; all other calls
    /// are checked when they are read.
    /// </summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the key is malformed.</exception>
    public static void RequireWellFormedKey(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        KeyedCall.KeyOf(context, CallerId.Of(context, context.RequestServices.GetRequiredService<ApiKeys>()).Kind);
    }

    internal static void SetEffectId(ServerCallContext context, Guid id) => context.UserState[EffectIdState] = id;
}
