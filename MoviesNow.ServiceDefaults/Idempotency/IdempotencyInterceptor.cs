using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Idempotency;

/// <summary>
/// Gives every mutating unary method of the contract its effect once per idempotency key: a repetition gets the first answer
/// again, byte for byte. Failed calls leave no record, so they may be tried again. Where Redis does not answer, calls run all the
/// same, and say so in the metadata <c>idempotency-status</c>; the constraints of the databases stand behind every effect.
/// </summary>
internal sealed class IdempotencyInterceptor(IdempotencyStore store, ApiKeys apiKeys, IdempotencyMetrics metrics) : Interceptor
{
    private static readonly TimeSpan RunningRetryDelay = TimeSpan.FromMilliseconds(250);

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        MethodPolicies.Find(context.Method) is { Mutation: true }
            && KeyedCall.Read(context, (IMessage)(object)request, CallerId.Of(context, apiKeys)) is { } call
            ? RunOnceAsync(call, request, context, continuation)
            : continuation(request, context);

    private async Task<TResponse> RunOnceAsync<TRequest, TResponse>(
        KeyedCall call, TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        IdempotencyKey.SetEffectId(context, call.EffectId);
        var (lease, earlier) = await store.ClaimAsync(call);
        if (earlier is not null)
        {
            return Repeat<TResponse>(call, earlier, context);
        }

        TResponse response;
        try
        {
            response = await continuation(request, context);
        }
        catch
        {
            if (lease is not null)
            {
                await lease.ReleaseAsync();
            }

            throw;
        }

        Tell(context, lease is null ? IdempotencyStatus.Unprotected : await KeepAsync(call, lease, (IMessage)(object)response));
        return response;
    }

    /// <summary>Keeps the answer for repetitions, before the caller gets it, and whether or not the caller still waits for it.</summary>
    private async Task<string> KeepAsync(KeyedCall call, Lease lease, IMessage response)
    {
        var size = response.CalculateSize();
        var isKept = size <= store.Options.MaxResponseBytes;
        if (!await lease.CompleteAsync(isKept ? IdempotencyRecord.Answered(call, lease.Running, response, size) : IdempotencyRecord.NotKept(call)))
        {
            return IdempotencyStatus.Unprotected;
        }

        return isKept ? IdempotencyStatus.Recorded : IdempotencyStatus.NotKept;
    }

    private TResponse Repeat<TResponse>(KeyedCall call, byte[] record, ServerCallContext context)
    {
        if (!IdempotencyRecord.IsOf(record, call))
        {
            throw Refusal(ErrorReason.IdempotencyKeyReused);
        }

        switch (IdempotencyRecord.StateOf(record))
        {
            case RecordState.Running:
                throw Refusal(ErrorReason.IdempotencyInProgress, RunningRetryDelay);
            case RecordState.NotKept:
                throw Refusal(ErrorReason.IdempotencyAnswerNotKept);
            default:
                Tell(context, IdempotencyStatus.Replayed);
                return Answers<TResponse>.Parse(IdempotencyRecord.AnswerIn(record, call));
        }
    }

    private RpcException Refusal(ErrorReason reason, TimeSpan? retryAfter = null)
    {
        metrics.Count(ErrorReasons.NameOf(reason));
        return RpcErrors.Of(reason, retryAfter);
    }

    private void Tell(ServerCallContext context, string status)
    {
        metrics.Count(status);
        // A call that ended after its deadline was answered before.
        if (context.GetHttpContext().Response is { HasStarted: false } response)
        {
            response.Headers[IdempotencyStatus.Header] = status;
        }
    }

    private static class Answers<TResponse>
    {
        private static readonly MessageParser Parser = ((IMessage)Activator.CreateInstance<TResponse>()!).Descriptor.Parser;

        public static TResponse Parse(byte[] bytes) => (TResponse)Parser.ParseFrom(bytes);
    }
}
