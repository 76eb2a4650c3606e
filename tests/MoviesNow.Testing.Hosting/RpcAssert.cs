using Google.Rpc;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Testing.Hosting;

/// <summary>What an error must look like.</summary>
public static class RpcAssert
{
    /// <summary>The call fails for this reason, with the reason's code.</summary>
    public static async Task<RpcException> FailsAsync(ErrorReason reason, Func<Task> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var exception = await CatchAsync(call);
        var actual = $"{exception.StatusCode} {RpcErrors.InfoOf(exception)?.Reason}";
        var expected = $"{ErrorReasons.CodeOf(reason)} {ErrorReasons.NameOf(reason)}";
        return string.Equals(actual, expected, StringComparison.Ordinal)
            ? exception
            : throw new InvalidOperationException($"Expected {expected}, got {actual}: {exception.Status.Detail} {string.Join(", ", FieldsOf(exception))}");
    }

    /// <summary>The call fails with INVALID_ARGUMENT and violations of exactly these fields.</summary>
    public static async Task FailsOnFieldsAsync(IEnumerable<string> fields, Func<Task> call)
    {
        var exception = await FailsAsync(ErrorReason.InvalidFields, call);
        var expected = string.Join(", ", fields.Order(StringComparer.Ordinal));
        var actual = string.Join(", ", FieldsOf(exception).Order(StringComparer.Ordinal));
        if (!string.Equals(expected, actual, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"Expected violations of [{expected}], got [{actual}].");
        }
    }

    private static IEnumerable<string> FieldsOf(RpcException exception) =>
        RpcErrors.DetailOf<BadRequest>(exception)?.FieldViolations.Select(violation => violation.Field).Distinct(StringComparer.Ordinal) ?? [];

    private static async Task<RpcException> CatchAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException exception)
        {
            return exception;
        }

        throw new InvalidOperationException("The call succeeded.");
    }
}
