using Grpc.Core;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Catalog.Tests.Harness;

/// <summary>Calls that start at the same moment.</summary>
internal static class Race
{
    /// <summary>What became of each: <c>OK</c> or the reason of the error.</summary>
    public static async Task<string[]> OutcomesAsync<T>(int count, Func<int, Task<T>> call)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = Enumerable.Range(0, count).Select(async i =>
        {
            await start.Task;
            try
            {
                await call(i);
                return "OK";
            }
            catch (RpcException exception)
            {
                return RpcErrors.InfoOf(exception)?.Reason ?? exception.StatusCode.ToString();
            }
        }).ToArray();
        start.SetResult();
        return await Task.WhenAll(calls);
    }
}
