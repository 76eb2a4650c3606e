using Grpc.Core;
using Grpc.Core.Interceptors;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.Catalog.Caching;

/// <summary>
/// Forgets all answers when a change ends in a way that does not tell whether it was committed: its caller may have left, or the database
/// may have been lost, right after the commit.
/// </summary>
internal sealed class UnknownOutcomeInterceptor(TitleCache cache) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        MethodPolicies.Find(context.Method) is { Mutation: true } ? WatchAsync(continuation(request, context)) : continuation(request, context);

    private async Task<TResponse> WatchAsync<TResponse>(Task<TResponse> change)
    {
        try
        {
            return await change;
        }
        // What is refused changed nothing.
        catch (Exception exception) when (exception is not RpcException)
        {
            await cache.ForgetAllAsync();
            throw;
        }
    }
}
