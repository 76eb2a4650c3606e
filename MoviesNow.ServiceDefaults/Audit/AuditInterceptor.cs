using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Audit;

/// <summary>
/// Leaves an entry of every call with which an administrator changes something, before its answer leaves. The innermost
/// interceptor: what is refused, limited or replayed further out changes nothing, and leaves none. A host without a trail has no
/// recorder.
/// </summary>
internal sealed class AuditInterceptor(CallFailures failures, TimeProvider time, AuditRecorder? recorder = null) : Interceptor
{
    private const int MaxActorLength = 256;

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        TargetOf(context) is { } target
            ? RecordAsync(target, request, context, () => continuation(request, context))
            : continuation(request, context);

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        TargetOf(context) is { } target
            ? RecordAsync(target, request: null, context, () => continuation(requestStream, context))
            : continuation(requestStream, context);

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        TargetOf(context) is { } target
            ? RecordAsync<object?>(target, request, context, async () =>
            {
                await continuation(request, responseStream, context);
                return null;
            })
            : continuation(request, responseStream, context);

    /// <summary>What the call changes; null when it leaves no entry.</summary>
    private AuditTarget? TargetOf(ServerCallContext context) =>
        recorder is not null && AuditedMethods.Find(context.Method) is { } target && Bearer.Of(context) is { IsAdmin: true } ? target : null;

    private async Task<TResponse> RecordAsync<TResponse>(AuditTarget target, object? request, ServerCallContext context, Func<Task<TResponse>> call)
    {
        TResponse response;
        try
        {
            response = await call();
        }
        catch (Exception exception)
        {
            await recorder!.RecordAsync(EntryOf(context, target.Read(request, response: null), failures.CodeFor(exception, context)));
            throw;
        }

        await recorder!.RecordAsync(EntryOf(context, target.Read(request, response), context.Status.StatusCode));
        return response;
    }

    private AuditEntry EntryOf(ServerCallContext context, string target, StatusCode outcome)
    {
        var now = time.GetUtcNow();
        return new AuditEntry
        {
            Id = Guid.CreateVersion7(now).ToString("D"),
            Time = Timestamp.FromDateTimeOffset(now),
            Actor = Printable(context.Subject()),
            Method = context.Method[1..],
            Target = context.AuditedId() ?? target,
            Outcome = StatusName.Of(outcome),
            CorrelationId = RpcErrors.CorrelationId,
        };
    }

    /// <summary>A subject is the authority's choice; PostgreSQL takes no NUL, and people who read a trail no other control characters.</summary>
    private static string Printable(string text) =>
        string.Concat(text.Take(MaxActorLength).Select(c => char.IsControl(c) ? '?' : c));
}
