using Grpc.Core;

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

    internal static void SetEffectId(ServerCallContext context, Guid id) => context.UserState[EffectIdState] = id;
}
