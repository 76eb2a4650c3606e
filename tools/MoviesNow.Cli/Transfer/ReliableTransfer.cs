using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Transfer;

/// <summary>Something that is sent with one presigned request.</summary>
/// <param name="Slice">The bytes.</param>
/// <param name="Request">The request.</param>
/// <param name="SignAgain">Has a fresh request signed, when this one does not work any longer.</param>
internal sealed record SignedSlice(FileSlice Slice, PresignedRequest Request, Func<CancellationToken, Task<PresignedRequest>> SignAgain);

/// <summary>Sends slices whatever happens on the way: again after faults, at growing intervals, and with fresh URLs for expired ones.</summary>
internal sealed class ReliableTransfer(ObjectTransfer transfer, TransferGate gate, TimeProvider time, TimeSpan? patience = null)
{
    private static readonly TimeSpan LeastValidity = TimeSpan.FromSeconds(10);

    // Bytes that arrive damaged again and again are damaged at one end.
    private const int MaxDamages = 5;

    /// <summary>For how long a slice is tried after its first fault.</summary>
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromMinutes(5);

    /// <summary>Sends one slice, when it is its turn.</summary>
    /// <param name="what">What to send.</param>
    /// <param name="sent">Gets the bytes that went out; negative when they went out in vain.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The entity tag that the storage gave.</returns>
    /// <exception cref="StorageRefusedException">The storage refuses for good, or for too long.</exception>
    public async Task<string> PutAsync(SignedSlice what, Action<long> sent, CancellationToken cancellationToken)
    {
        await gate.EnterAsync(cancellationToken);
        try
        {
            var etag = await PutNowAsync(what, sent, cancellationToken);
            gate.Limit.Succeeded();
            return etag;
        }
        finally
        {
            gate.Leave();
        }
    }

    private async Task<string> PutNowAsync(SignedSlice what, Action<long> sent, CancellationToken cancellationToken)
    {
        var request = what.Request;
        var attempts = new Attempts();
        while (true)
        {
            var validity = request.ExpireTime?.ToDateTimeOffset() - time.GetUtcNow();
            if (validity < LeastValidity)
            {
                request = await what.SignAgain(cancellationToken);
            }

            var count = 0L;
            try
            {
                return await transfer.PutAsync(request, what.Slice, Count, cancellationToken);
            }
            catch (StorageRefusedException refused) when (refused.Refusal.IsDenied && !attempts.SignedAgain)
            {
                // Expired by the storage's clock, or signed with a key that was changed since.
                Count(-count);
                attempts.SignedAgain = true;
                request = await what.SignAgain(cancellationToken);
            }
            catch (Exception exception) when (IsWorthRepeating(exception, attempts))
            {
                Count(-count);
                await Task.Delay(Backoff.After(attempts.Faults++), time, cancellationToken);
                attempts.SignedAgain = false;
            }
            catch
            {
                Count(-count);
                throw;
            }

            void Count(long bytes)
            {
                count += bytes;
                gate.Limit.Sent(bytes);
                sent(bytes);
            }
        }
    }

    private bool IsWorthRepeating(Exception exception, Attempts attempts)
    {
        var refusal = (exception as StorageRefusedException)?.Refusal;
        if (refusal is { IsDamage: true })
        {
            return ++attempts.Damages < MaxDamages;
        }

        if (refusal is not { IsTemporary: true } && exception is not (HttpRequestException or IOException or TimeoutException))
        {
            return false;
        }

        gate.Limit.Throttled();
        attempts.FirstFault ??= time.GetTimestamp();
        return time.GetElapsedTime(attempts.FirstFault.Value) < _patience;
    }

    private sealed class Attempts
    {
        public int Faults { get; set; }

        public int Damages { get; set; }

        public long? FirstFault { get; set; }

        public bool SignedAgain { get; set; }
    }
}
