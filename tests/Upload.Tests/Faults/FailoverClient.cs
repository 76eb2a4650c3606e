using Google.Rpc;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload;
using MoviesNow.Upload.V1;

namespace UploadTests.Faults;

/// <summary>
/// A client that calls one server until it dies. Then it either repeats the same call, with the same idempotency key, at another replica,
/// and goes on there; or it is never heard of again.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="replica">Another replica; null for a client that gives up.</param>
/// <param name="step">Where the server holds the client's calls; null for one that does not.</param>
/// <param name="keys">Begins its idempotency keys; null for calls without.</param>
internal sealed class FailoverClient(CallInvoker server, CallInvoker? replica, Failpoint? step, string? keys)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource _triedAgain = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _leasesPassed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isDead;
    private int _calls;

    private CallInvoker Current => _isDead ? replica! : server;

    /// <summary>Ends when the client has repeated its call right after the server's death.</summary>
    public Task TriedAgain => _triedAgain.Task;

    /// <summary>Whatever the dead server held is free.</summary>
    public void LeasesPassed() => _leasesPassed.TrySetResult();

    public Task<T> UploadAsync<T>(Func<UploadService.UploadServiceClient, CallOptions, AsyncUnaryCall<T>> call) =>
        CallAsync((invoker, options) => call(new(invoker), options));

    public Task<T> MultipartAsync<T>(Func<MultipartUploadService.MultipartUploadServiceClient, CallOptions, AsyncUnaryCall<T>> call) =>
        CallAsync((invoker, options) => call(new(invoker), options));

    public Task<T> BundleAsync<T>(Func<BundleUploadService.BundleUploadServiceClient, CallOptions, AsyncUnaryCall<T>> call) =>
        CallAsync((invoker, options) => call(new(invoker), options));

    public Task<T> ProxyAsync<T>(Func<ProxyUploadService.ProxyUploadServiceClient, CallOptions, AsyncUnaryCall<T>> call) =>
        CallAsync((invoker, options) => call(new(invoker), options));

    public Task<T> PackageAsync<T>(Func<PackageUploadService.PackageUploadServiceClient, CallOptions, AsyncUnaryCall<T>> call) =>
        CallAsync((invoker, options) => call(new(invoker), options));

    private async Task<T> CallAsync<T>(Func<CallInvoker, CallOptions, AsyncUnaryCall<T>> call)
    {
        var key = keys is null ? null : $"{keys}-{_calls++}";
        try
        {
            return await call(Current, Options(key));
        }
        catch (RpcException e) when (!_isDead && RpcErrors.InfoOf(e) is null)
        {
            // Not an answer of the service: it is dead.
            _isDead = true;
            if (replica is null)
                throw new GaveUpException(e);
        }

        try
        {
            return await call(Current, Options(key));
        }
        catch (RpcException e)
        {
            AssertWorthRepeating(e);
        }
        finally
        {
            _triedAgain.TrySetResult();
        }

        await _leasesPassed.Task;
        return await Eventually.SucceedsAsync(() => call(Current, Options(key)).ResponseAsync);
    }

    private CallOptions Options(string? key)
    {
        var headers = new Metadata();
        if (key is not null)
            headers.Add("idempotency-key", key);
        if (step is not null && !_isDead)
            headers.Add("baggage", $"{Failpoints.Item}={step}");
        return new CallOptions(headers, TimeProvider.System.GetUtcNow().UtcDateTime.Add(Limit));
    }

    /// <summary>Says precisely that the first call seems to run still, and when to come again.</summary>
    private static void AssertWorthRepeating(RpcException error)
    {
        Assert.Equal(ErrorReasons.NameOf(ErrorReason.IdempotencyInProgress), RpcErrors.InfoOf(error)?.Reason);
        Assert.NotNull(RpcErrors.DetailOf<RetryInfo>(error));
    }
}

/// <summary>The client is gone with the server.</summary>
internal sealed class GaveUpException(Exception last) : Exception(last.Message, last);
