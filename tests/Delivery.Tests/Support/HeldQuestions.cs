using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.ClientFactory;
using Microsoft.Extensions.DependencyInjection;

namespace MoviesNow.Delivery.Tests.Support;

/// <summary>Questions to the real catalogue how something is played, which are counted and wait until a test lets them go.</summary>
internal sealed class HeldQuestions : Interceptor
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void AddTo(IServiceCollection services) => services.ConfigureAll<GrpcClientFactoryOptions>(
        options => options.InterceptorRegistrations.Add(new InterceptorRegistration(InterceptorScope.Channel, _ => this)));

    public void Release() => _released.SetResult();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        if (context.Method.Name is not "GetPlayback")
        {
            return continuation(request, context);
        }

        Interlocked.Increment(ref _count);
        return new AsyncUnaryCall<TResponse>(AskAsync(), Task.FromResult<Metadata>([]), () => Status.DefaultSuccess, () => [], () => { });

        async Task<TResponse> AskAsync()
        {
            await _released.Task;
            return await continuation(request, context);
        }
    }
}
