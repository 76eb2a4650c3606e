using System.Diagnostics;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using MoviesNow.ClusterTest.Servers;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.ClusterTest.Load;

/// <summary>
/// Calls as the documentation tells clients to make them: with a deadline, and again with the same idempotency key or sequence number while the
/// answer is UNAVAILABLE, DEADLINE_EXCEEDED or an unasked CANCELLED, or ABORTED or RESOURCE_EXHAUSTED with RetryInfo.
/// </summary>
internal sealed class Client : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Service, GrpcChannel> _channels;

    /// <summary>A client with connections of its own.</summary>
    /// <param name="balancer">Where the services are.</param>
    public Client(Balancer balancer) => _channels = Service.All.ToDictionary(service => service, service => GrpcChannel.ForAddress(
        balancer.AddressOf(service),
        new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true, ConnectTimeout = TimeSpan.FromSeconds(2) },
        }));

    public GrpcChannel this[Service service] => _channels[service];

    /// <summary>Makes a call, and makes it again as long as that may help.</summary>
    /// <param name="tally">What counts it.</param>
    /// <param name="token">Whose call it is; null for nobody's.</param>
    /// <param name="idempotencyKey">Key of the effect that is meant; null where there is none.</param>
    /// <param name="call">The call.</param>
    /// <returns>The answer; null when it failed, which is counted.</returns>
    public static async Task<T?> CallAsync<T>(Tally tally, string? token, string? idempotencyKey, Func<CallOptions, AsyncUnaryCall<T>> call) where T : class
    {
        var headers = new Metadata();
        if (token is not null)
        {
            headers.Add("authorization", $"Bearer {token}");
        }

        if (idempotencyKey is not null)
        {
            headers.Add("idempotency-key", idempotencyKey);
        }

        var (begun, delay, method) = (Stopwatch.GetTimestamp(), FirstDelay, typeof(T).Name[..^"Response".Length]);
        while (true)
        {
            try
            {
                using var running = call(new CallOptions(headers, TimeProvider.System.GetUtcNow().UtcDateTime + Deadline));
                var answer = await running;
                tally.Succeeded(method, begun);
                return answer;
            }
            catch (RpcException e)
            {
                var error = $"{e.StatusCode} {RpcErrors.InfoOf(e)?.Reason ?? "without reason"}";
                if (!IsTemporary(e) || Stopwatch.GetElapsedTime(begun) > Patience)
                {
                    tally.Failed(method, $"{error} ({e.Status.Detail})");
                    return null;
                }

                tally.Repeating(error);
                await Task.Delay(RpcErrors.DetailOf<RetryInfo>(e)?.RetryDelay?.ToTimeSpan() ?? delay * (0.5 + (Random.Shared.NextDouble() / 2)));
                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            }
        }
    }

    public void Dispose()
    {
        foreach (var channel in _channels.Values)
        {
            channel.Dispose();
        }
    }

    private static bool IsTemporary(RpcException exception) => exception.StatusCode switch
    {
        // Nothing here is cancelled: a proxy or a server gave the stream up.
        StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled => true,
        StatusCode.Aborted or StatusCode.ResourceExhausted => RpcErrors.DetailOf<RetryInfo>(exception) is not null,
        _ => false,
    };
}
