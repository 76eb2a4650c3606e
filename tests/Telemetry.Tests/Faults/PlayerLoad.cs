using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MoviesNow.Telemetry.V1;
using Telemetry.Tests.Hosting;
using Client = MoviesNow.Telemetry.V1.PlaybackSessionService.PlaybackSessionServiceClient;

namespace Telemetry.Tests.Faults;

/// <summary>
/// Several senders that tell of one session at the same time, each a part of its events, until all are acknowledged. Whoever gets no
/// answer waits for the end of the outage and sends again.
/// </summary>
internal sealed class PlayerLoad(StartSessionResponse session, int batches)
{
    private const int Senders = 4;
    private const int BatchSize = 5;

    private readonly ConcurrentDictionary<long, bool> _acknowledged = new();
    private readonly TaskCompletionSource _half = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _outageIsOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _failures;

    public string SessionId => session.SessionId;

    public int EventCount => batches * BatchSize;

    /// <summary>Numbers that were acknowledged so far.</summary>
    public IReadOnlySet<long> Acknowledged => _acknowledged.Keys.ToHashSet();

    public int Failures => _failures;

    /// <summary>Ends when the load is well under way, and not nearly over.</summary>
    public Task UnderWay => _half.Task;

    public void OutageIsOver() => _outageIsOver.TrySetResult();

    /// <param name="client">Whom a sender asks, by whether it sends again.</param>
    public Task RunAsync(Func<bool, Client> client) => Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
    {
        for (var batch = sender; batch < batches; batch += Senders)
        {
            await SendAsync(client, batch);
        }
    })));

    private async Task SendAsync(Func<bool, Client> client, int batch)
    {
        var events = Enumerable.Range((batch * BatchSize) + 1, BatchSize).Select(EventOf).ToList();
        for (var isAgain = false; ; isAgain = true)
        {
            try
            {
                var answer = await client(isAgain || _outageIsOver.Task.IsCompleted).AppendEventsAsync(Samples.Append(session, events));
                foreach (var result in answer.Results)
                {
                    Assert.NotEqual(EventVerdict.Rejected, result.Verdict);
                    Assert.True(_acknowledged.TryAdd(result.Sequence, true));
                }

                if (_acknowledged.Count >= EventCount / 3)
                {
                    _half.TrySetResult();
                }

                return;
            }
            catch (RpcException exception)
            {
                // A server that is killed breaks the connection; one without its database says so.
                Assert.True(exception.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled, exception.Status.ToString());
                Interlocked.Increment(ref _failures);
                await _outageIsOver.Task;
            }
        }
    }

    private PlaybackEvent EventOf(int number) => Samples.Event(number, number == 1 ? EventType.Play : EventType.Heartbeat, e =>
    {
        e.ClientTime = session.StartTime.ToDateTimeOffset().AddMilliseconds(number * 20).ToTimestamp();
        e.PositionMs = number * 20;
        e.BitrateBps = 3_000_000;
    });
}
