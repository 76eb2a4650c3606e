using Grpc.Core;
using Grpc.Core.Interceptors;

namespace GrpcTests.Harness;

/// <summary>Notes each client call and adds a header to it.</summary>
public sealed class ClientRecorder(string name, List<string> log) : Interceptor
{
    public List<string?> Hosts { get; } = [];

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation) => continuation(request, Note("blocking", context));

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation) => continuation(request, Note("unary", context));

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) => continuation(request, Note("server streaming", context));

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) => continuation(Note("client streaming", context));

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) => continuation(Note("duplex", context));

    private ClientInterceptorContext<TRequest, TResponse> Note<TRequest, TResponse>(
        string kind, ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        log.Add($"{name} {kind} {context.Method.Name}");
        Hosts.Add(context.Host);
        var headers = new Metadata();
        foreach (var entry in context.Options.Headers ?? [])
            headers.Add(entry);
        headers.Add("x-through", name);
        return new(context.Method, context.Host, context.Options.WithHeaders(headers));
    }
}

/// <summary>Notes each server call, for the handler and for the test.</summary>
public sealed class ServerRecorder(string name, Observations observations) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Note("unary", context);
        return continuation(request, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Note("client streaming", context);
        return continuation(requestStream, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Note("server streaming", context);
        return continuation(request, responseStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Note("duplex", context);
        return continuation(requestStream, responseStream, context);
    }

    private void Note(string kind, ServerCallContext context)
    {
        observations.Record($"{name} {kind}");
        if (!context.UserState.TryGetValue(SampleHandler.InterceptorsKey, out var names))
            context.UserState[SampleHandler.InterceptorsKey] = names = new List<string>();
        ((List<string>)names).Add(name);
    }
}
