using MoviesNow.ServiceDefaults.Observability;
using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.Idempotency;

/// <summary>
/// The right to run a call, renewed while the call runs, so that only a replica that died loses it. As long as it is surely held,
/// its record is changed by one plain command; otherwise on the condition that it is still this lease's.
/// </summary>
internal sealed class Lease : IDisposable
{
    private readonly IdempotencyStore _store;
    private readonly IDatabase _database;
    private readonly RedisKey _key;
    private readonly byte[] _running;
    private readonly ITimer _renewal;
    private long? _heldSince;

    /// <param name="store">Where records are.</param>
    /// <param name="database">The same.</param>
    /// <param name="key">The record.</param>
    /// <param name="running">Its value.</param>
    /// <param name="claimedAt">Timestamp before the claim was sent; null when its answer is not known.</param>
    public Lease(IdempotencyStore store, IDatabase database, RedisKey key, byte[] running, long? claimedAt)
    {
        (_store, _database, _key, _running, _heldSince) = (store, database, key, running, claimedAt);
        var period = store.Options.Lease / 3;
        _renewal = store.Time.CreateTimer(_ => _ = RenewAsync(), state: null, period, period);
    }

    /// <summary>The record of the running call.</summary>
    public ReadOnlySpan<byte> Running => _running;

    private bool IsSurelyHeld => _heldSince is { } since && _store.Time.GetElapsedTime(since) < _store.Options.Lease / 2;

    /// <summary>Puts the record of the ended call in place of the lease. False when it could not.</summary>
    public Task<bool> CompleteAsync(byte[] record)
    {
        Dispose();
        return _store.TryAsync(() => IsSurelyHeld ? _database.StringSetAsync(_key, record, _store.Options.Retention) : ReplaceAsync(record));
    }

    /// <summary>Gives the right back: the call had no effect.</summary>
    public Task ReleaseAsync()
    {
        Dispose();
        return _store.TryAsync(() => IsSurelyHeld ? _database.KeyDeleteAsync(_key) : _database.LockReleaseAsync(_key, _running));
    }

    /// <summary>Ends the renewal. One that is under way only touches a record that still is this lease's.</summary>
    public void Dispose() => _renewal.Dispose();

    private async Task<bool> ReplaceAsync(byte[] record)
    {
        var retention = _store.Options.Retention;
        var transaction = _database.CreateTransaction();
        transaction.AddCondition(Condition.StringEqual(_key, _running));
        var set = transaction.StringSetAsync(_key, record, retention);
        return (await transaction.ExecuteAsync() && await set) || await _database.StringSetAsync(_key, record, retention, When.NotExists);
    }

    private async Task RenewAsync()
    {
        using var span = BackgroundWork.Start("renew idempotency lease");
        var now = _store.Time.GetTimestamp();
        if (await _store.TryAsync(() => _database.LockExtendAsync(_key, _running, _store.Options.Lease)))
        {
            _heldSince = now;
        }
    }
}
