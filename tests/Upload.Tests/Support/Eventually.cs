using Grpc.Core;

namespace UploadTests.Support;

/// <summary>Repeats a call while its answer is UNAVAILABLE, as a client does after an outage.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task<T> SucceedsAsync<T>(Func<Task<T>> call)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            try
            {
                return await call();
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable && !limit.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }
}
