using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Lifecycle;

/// <summary>Which objects a rule is about.</summary>
internal sealed record LifecycleFilter(string Prefix, IReadOnlyDictionary<string, string> Tags, long? LargerThan, long? SmallerThan)
{
    /// <summary>Everything but the tags, which are not in the index.</summary>
    public bool MayMatch(string key, long size) =>
        key.StartsWith(Prefix, StringComparison.Ordinal) && (LargerThan is null || size > LargerThan) && (SmallerThan is null || size < SmallerThan);

    public bool Matches(ObjectRecord record) =>
        MayMatch(record.Key, record.Size) && Tags.All(tag => record.Tags.TryGetValue(tag.Key, out var value) && value == tag.Value);
}

/// <summary>When objects and unfinished uploads go.</summary>
/// <param name="Id">Names the rule to clients.</param>
/// <param name="Enabled">Whether it is applied.</param>
/// <param name="Filter">What it is about.</param>
/// <param name="ExpirationDays">Days after the object was written.</param>
/// <param name="ExpirationDate">A date at which everything matching goes.</param>
/// <param name="AbortDays">Days after a multipart upload was begun.</param>
internal sealed record LifecycleRule(
    string Id, bool Enabled, LifecycleFilter Filter, int? ExpirationDays, DateTimeOffset? ExpirationDate, int? AbortDays)
{
    /// <returns>When an object written at that time expires by this rule, or null.</returns>
    public DateTimeOffset? ExpiryOf(DateTimeOffset written, TimeSpan day) =>
        ExpirationDays is { } days ? DueAfter(written, days, day) : ExpirationDate;

    /// <returns>When an upload begun at that time is aborted by this rule, or null.</returns>
    public DateTimeOffset? AbortOf(DateTimeOffset begun, TimeSpan day) => AbortDays is { } days ? DueAfter(begun, days, day) : null;

    // S3 counts the days and then waits for the next midnight in UTC.
    private static DateTimeOffset DueAfter(DateTimeOffset start, int days, TimeSpan day)
    {
        var due = start.UtcTicks + (days * day.Ticks);
        var rest = due % day.Ticks;
        return new DateTimeOffset(rest == 0 ? due : due - rest + day.Ticks, TimeSpan.Zero);
    }
}
