using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Catalog.Shared;

/// <summary>What a store answers: the row, or the expected reason why there is none.</summary>
/// <param name="Row">The row as it is after the call.</param>
/// <param name="Reason">Why there is none.</param>
/// <param name="Details">What the error's metadata says about it.</param>
internal readonly record struct Outcome<T>(T? Row, ErrorReason Reason, params (string Key, string Value)[]? Details) where T : class
{
    public static implicit operator Outcome<T>(T row) => new(row, ErrorReason.Unspecified);

    public static implicit operator Outcome<T>(ErrorReason reason) => new(null, reason);

    public T OrThrow() => Row ?? throw RpcErrors.Of(Reason, retryAfter: null, Details ?? []);
}

internal static class Outcome
{
    /// <summary>The state forbids the change.</summary>
    public static Outcome<T> InvalidState<T>(Enum state) where T : class
    {
        var name = state.ToString().ToUpperInvariant();
        return new(null, ErrorReason.InvalidState, ("state", name), (RpcErrors.Detail, $"it is {name}"));
    }
}
