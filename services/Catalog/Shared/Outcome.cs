using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Catalog.Shared;

/// <summary>What a store answers: the row, or the expected reason why there is none.</summary>
/// <param name="Row">The row as it is after the call.</param>
/// <param name="Reason">Why there is none.</param>
/// <param name="State">The state that forbids the change, when that is why.</param>
internal readonly record struct Outcome<T>(T? Row, ErrorReason Reason, string? State = null) where T : class
{
    public static implicit operator Outcome<T>(T row) => new(row, ErrorReason.Unspecified);

    public static implicit operator Outcome<T>(ErrorReason reason) => new(null, reason);

    public T OrThrow() => Row ?? throw (State is null
        ? RpcErrors.Of(Reason)
        : RpcErrors.Of(Reason, retryAfter: null, ("state", State), (RpcErrors.Detail, $"it is {State}")));
}

internal static class Outcome
{
    /// <summary>The state forbids the change.</summary>
    public static Outcome<T> InvalidState<T>(Enum state) where T : class =>
        new(null, ErrorReason.InvalidState, state.ToString().ToUpperInvariant());
}
