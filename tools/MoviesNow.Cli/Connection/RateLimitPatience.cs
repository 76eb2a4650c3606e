using System.Globalization;
using Google.Rpc;
using Grpc.Core;
using Grpc.Core.Interceptors;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Connection;

/// <summary>
/// Makes a call that was refused for its rate again, when the service says: a batch goes on where a single call would fail. Such a
/// refusal comes before the method, so nothing has happened yet.
/// </summary>
/// <param name="limit">How long one call waits at most, over all its attempts.</param>
/// <param name="errors">Where the user is told of a wait of more than a second.</param>
internal sealed class RateLimitPatience(TimeSpan limit, TextWriter errors) : Interceptor
{
    private static readonly TimeSpan WorthTelling = TimeSpan.FromSeconds(1);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        var answer = AnswerAsync();
        return new AsyncUnaryCall<TResponse>(answer, HeadersAsync(), () => call.GetStatus(), () => call.GetTrailers(), () => call.Dispose());

        // Those of the last attempt.
        async Task<Metadata> HeadersAsync()
        {
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await call.ResponseHeadersAsync;
        }

        async Task<TResponse> AnswerAsync()
        {
            for (var waited = TimeSpan.Zero; ;)
            {
                try
                {
                    return await call.ResponseAsync;
                }
                catch (RpcException exception) when (DelayOf(exception) is { } delay && waited + delay <= limit)
                {
                    waited += delay;
                    await WaitAsync(delay, context);
                    call.Dispose();
                    call = continuation(request, context);
                }
            }
        }
    }

    private async Task WaitAsync<TRequest, TResponse>(TimeSpan delay, ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class where TResponse : class
    {
        if (delay > WorthTelling)
        {
            await errors.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{context.Method.Name} is over the limit of its rate; going on in {Math.Ceiling(delay.TotalSeconds)} s."));
        }

        await Task.Delay(delay, TimeProvider.System, context.Options.CancellationToken);
    }

    /// <summary>Null for every failure but a refusal for the rate that says when to come again.</summary>
    private static TimeSpan? DelayOf(RpcException exception) =>
        RpcErrors.InfoOf(exception)?.Reason == ErrorReasons.NameOf(ErrorReason.RateLimited)
        && RpcErrors.DetailOf<RetryInfo>(exception)?.RetryDelay?.ToTimeSpan() is { } delay && delay >= TimeSpan.Zero ? delay : null;
}
