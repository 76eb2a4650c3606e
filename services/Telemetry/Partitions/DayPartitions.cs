using System.Collections.Concurrent;
using Npgsql;

namespace MoviesNow.Telemetry.Partitions;

/// <summary>The partitions of sessions and events, one set for each day (UTC) on which sessions start.</summary>
internal sealed class DayPartitions(NpgsqlDataSource dataSource)
{
    private readonly ConcurrentDictionary<DateOnly, bool> _known = new();

    /// <summary>Makes sure that sessions can start on a day; costs nothing when this process has seen to that day before.</summary>
    public async Task EnsureAsync(DateOnly firstDay, int days, CancellationToken cancellationToken)
    {
        if (Enumerable.Range(0, days).All(n => _known.ContainsKey(firstDay.AddDays(n))))
        {
            return;
        }

        await using var command = dataSource.CreateCommand("SELECT create_day_partitions($1, $2)");
        command.Parameters.Add(new() { Value = firstDay });
        command.Parameters.Add(new() { Value = days });
        await command.ExecuteNonQueryAsync(cancellationToken);
        for (var n = 0; n < days; n++)
        {
            _known[firstDay.AddDays(n)] = true;
        }
    }

    /// <summary>Drops all days before one, with everything that was recorded on them.</summary>
    /// <returns>The number of tables dropped.</returns>
    public async Task<int> DropBeforeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await using var drop = dataSource.CreateCommand("SELECT drop_day_partitions($1)").With(day);
        var dropped = (int)(await drop.ExecuteScalarAsync(cancellationToken))!;
        await using var forget = dataSource.CreateCommand("DELETE FROM session_start WHERE session_id < first_session_id($1)").With(day);
        await forget.ExecuteNonQueryAsync(cancellationToken);
        foreach (var known in _known.Keys.Where(known => known < day))
        {
            _known.TryRemove(known, out _);
        }

        return dropped;
    }
}
