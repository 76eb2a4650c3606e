using Grpc.Core;

namespace MoviesNow.Cli.Bundles;

/// <summary>Calls that make the service read an object, which may take longer than a call: the service reads on, and a repeated call joins it.</summary>
internal static class LongCall
{
    // Of half a minute each: two hours.
    private const int MaxAttempts = 240;

    /// <summary>Repeats a call until the service is done.</summary>
    public static async Task<T> EndAsync<T>(Func<AsyncUnaryCall<T>> call)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (RpcException exception) when (IsUnderWay(exception) && attempt < MaxAttempts)
            {
                // Not a failure: it is not done yet.
            }
        }
    }

    public static bool IsUnderWay(RpcException exception) => exception.StatusCode is StatusCode.DeadlineExceeded;
}
