using MoviesNow.Telemetry.V1;
using Npgsql;

namespace MoviesNow.Telemetry.Events;

/// <summary>
/// Writes batches so that an event whose data the database refuses costs nothing but itself: the batch is halved until that event
/// is alone, which is then rejected and kept apart.
/// </summary>
internal sealed class EventIsolation(EventStore store)
{
    /// <summary>Why such an event is rejected.</summary>
    public const string Reason = "NOT_STORABLE";

    // Classes of SQLSTATE: data exception, integrity constraint violation. Whatever else fails is not for the data's sake.
    private static readonly string[] DataErrors = ["22", "23"];

    /// <summary>Writes the events of several calls; in one transaction, unless there is something to isolate.</summary>
    /// <returns>For each call its verdicts, or null when there is no such session. They hold: all is committed.</returns>
    public async Task<IReadOnlyList<EventResult>?[]> WriteAsync(IReadOnlyList<AppendJob> jobs)
    {
        try
        {
            return await store.WriteAsync(jobs);
        }
        catch (PostgresException exception) when (IsForTheData(exception))
        {
            if (jobs.Count > 1)
            {
                var half = jobs.Count / 2;
                return [.. await WriteAsync([.. jobs.Take(half)]), .. await WriteAsync([.. jobs.Skip(half)])];
            }

            return [await WriteOneAsync(jobs[0])];
        }
    }

    private static bool IsForTheData(PostgresException exception) =>
        DataErrors.Any(errors => exception.SqlState.StartsWith(errors, StringComparison.Ordinal));

    private async Task<IReadOnlyList<EventResult>?> WriteOneAsync(AppendJob job)
    {
        if (job.Events.Count == 1)
        {
            return job.Events[0].Usable is null
                ? throw new InvalidOperationException("The database refuses an event that is rejected already.")
                : (await store.WriteAsync([job.With([job.Events[0].Refused(Reason)])]))[0];
        }

        var half = job.Events.Count / 2;
        var first = await WriteAsync([job.With([.. job.Events.Take(half)])]);
        var second = await WriteAsync([job.With([.. job.Events.Skip(half)])]);
        return first[0] is null ? null : [.. first[0]!, .. second[0] ?? []];
    }
}
