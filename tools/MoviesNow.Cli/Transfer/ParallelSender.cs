namespace MoviesNow.Cli.Transfer;

/// <summary>
/// Sends many slices, as many at once as the storage bears. Slices are taken a little ahead of their turn, so that signing the next ones
/// never holds up those that are sent.
/// </summary>
internal sealed class ParallelSender
{
    /// <summary>Requests at once, whatever is gained by more.</summary>
    public const int Most = 32;

    private readonly ReliableTransfer _transfer;

    /// <param name="transfer">Sends one.</param>
    /// <param name="time">Tells the time.</param>
    /// <param name="patience">For how long a slice is tried after its first fault; minutes unless told.</param>
    public ParallelSender(ObjectTransfer transfer, TimeProvider time, TimeSpan? patience = null) =>
        _transfer = new ReliableTransfer(transfer, new TransferGate(new AdaptiveLimit(Most, time)), time, patience);

    /// <summary>Sends all of them; the first that fails for good ends it.</summary>
    /// <param name="slices">What to send.</param>
    /// <param name="sent">Gets the bytes that went out, from any thread; negative when they went out in vain.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task SendAsync(IAsyncEnumerable<SignedSlice> slices, Action<long> sent, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        slices,
        new ParallelOptions { MaxDegreeOfParallelism = Most, CancellationToken = cancellationToken },
        async (slice, token) => await _transfer.PutAsync(slice, sent, token));

    /// <summary>Sends one.</summary>
    public Task SendAsync(SignedSlice slice, Action<long> sent, CancellationToken cancellationToken) => _transfer.PutAsync(slice, sent, cancellationToken);
}
