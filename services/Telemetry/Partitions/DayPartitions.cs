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

    /// <summary>Forgets days whose partitions are gone.</summary>
    public void ForgetBefore(DateOnly day)
    {
        foreach (var known in _known.Keys.Where(known => known < day))
        {
            _known.TryRemove(known, out _);
        }
    }
}
