using Google.Rpc;
using Grpc.Core;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Transfer;

/// <summary>
/// Makes calls that are safe to repeat again while the service or something behind it is away: hours of sending are not lost to a restart.
/// </summary>
/// <param name="time">Tells the time.</param>
/// <param name="patience">For how long after the first fault; five minutes unless told.</param>
internal sealed class PatientCalls(TimeProvider time, TimeSpan? patience = null)
{
    private static readonly TimeSpan UsualDelay = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _patience = patience ?? TimeSpan.FromMinutes(5);

    /// <summary>The answer of a call.</summary>
    public Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) => RepeatAsync(call, mayTakeLong: false, cancellationToken);

    /// <summary>The answer of a call whose work goes on when its deadline has passed, so that the next one joins it.</summary>
    public Task<T> UntilDoneAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) => RepeatAsync(call, mayTakeLong: true, cancellationToken);

    private async Task<T> RepeatAsync<T>(Func<Task<T>> call, bool mayTakeLong, CancellationToken cancellationToken)
    {
        var firstFault = default(long?);
        while (true)
        {
            try
            {
                return await call();
            }
            catch (RpcException exception) when (!cancellationToken.IsCancellationRequested && IsTemporary(exception))
            {
                // It is at work as long as it is out of time.
                firstFault = mayTakeLong && exception.StatusCode is StatusCode.DeadlineExceeded ? null : firstFault ?? time.GetTimestamp();
                if (firstFault is { } since && time.GetElapsedTime(since) > _patience)
                {
                    throw;
                }

                await Task.Delay(RpcErrors.DetailOf<RetryInfo>(exception)?.RetryDelay?.ToTimeSpan() ?? UsualDelay, time, cancellationToken);
            }
        }
    }

    private static bool IsTemporary(RpcException exception) => exception.StatusCode switch
    {
        StatusCode.Unavailable or StatusCode.DeadlineExceeded => true,
        StatusCode.Aborted or StatusCode.ResourceExhausted => RpcErrors.DetailOf<RetryInfo>(exception) is not null,
        _ => false,
    };
}
