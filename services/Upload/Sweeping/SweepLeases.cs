using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace MoviesNow.Upload.Sweeping;

/// <summary>
/// The lease in PostgreSQL that lets one replica sweep at a time. All its times are those of the database, so the clocks of replicas do not
/// matter.
/// </summary>
internal sealed class SweepLeases(NpgsqlDataSource dataSource, IOptions<SweepOptions> options)
{
    /// <summary>Takes the lease.</summary>
    /// <param name="ifIdleFor">Only when no sweep ended within this time; null to take it in any case.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null when another sweep is running, or ended just now.</returns>
    public async Task<SweepFence?> TakeAsync(TimeSpan? ifIdleFor, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            INSERT INTO sweep_lease (name, token, expires_at) VALUES ($1, 1, clock_timestamp() + $2)
            ON CONFLICT (name) DO UPDATE SET token = sweep_lease.token + 1, expires_at = clock_timestamp() + $2
            WHERE sweep_lease.expires_at <= clock_timestamp()
              AND ($3::interval IS NULL OR sweep_lease.finished_at IS NULL OR sweep_lease.finished_at <= clock_timestamp() - $3)
            RETURNING token
            """);
        command.Parameters.Add(new() { Value = SweepFence.Lease });
        command.Parameters.Add(new() { Value = options.Value.LeaseDuration });
        command.Parameters.Add(new() { Value = (object?)ifIdleFor ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Interval });
        return await command.ExecuteScalarAsync(cancellationToken) is long token ? new SweepFence(token) : null;
    }

    /// <summary>Keeps the lease.</summary>
    /// <returns>False when it is over.</returns>
    public async Task<bool> RenewAsync(SweepFence fence, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            UPDATE sweep_lease SET expires_at = clock_timestamp() + $3 WHERE name = $1 AND token = $2 AND expires_at > clock_timestamp()
            """);
        command.Parameters.Add(new() { Value = SweepFence.Lease });
        command.Parameters.Add(new() { Value = fence.Token });
        command.Parameters.Add(new() { Value = options.Value.LeaseDuration });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Gives the lease back, if it is still held.</summary>
    /// <param name="fence">The lease.</param>
    /// <param name="isSweep">Whether it was a real sweep, after which the next one has time.</param>
    /// <param name="isSuccess">Whether nothing failed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task ReleaseAsync(SweepFence fence, bool isSweep, bool isSuccess, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            UPDATE sweep_lease SET
                expires_at = clock_timestamp(),
                finished_at = CASE WHEN $3 THEN clock_timestamp() ELSE finished_at END,
                succeeded_at = CASE WHEN $4 THEN clock_timestamp() ELSE succeeded_at END
            WHERE name = $1 AND token = $2
            """);
        command.Parameters.Add(new() { Value = SweepFence.Lease });
        command.Parameters.Add(new() { Value = fence.Token });
        command.Parameters.Add(new() { Value = isSweep });
        command.Parameters.Add(new() { Value = isSweep && isSuccess });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>How long ago a sweep ended in which nothing failed; null when there was none.</summary>
    public async Task<TimeSpan?> LastSuccessAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT clock_timestamp() - succeeded_at FROM sweep_lease WHERE name = $1");
        command.Parameters.Add(new() { Value = SweepFence.Lease });
        return await command.ExecuteScalarAsync(cancellationToken) is TimeSpan age ? age : null;
    }
}
