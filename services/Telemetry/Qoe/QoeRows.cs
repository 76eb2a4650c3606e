using System.Globalization;

namespace MoviesNow.Telemetry.Qoe;

/// <summary>
/// The rows that answer a filter over a segment: those of the smallest set of dimensions that the level keeps for it. They are looked up
/// key by key: OFFSET 0 keeps the planner from reading a whole table instead, which it takes for cheaper when the rows are many.
/// </summary>
internal sealed class QoeRows
{
    private const string NoId = "'00000000-0000-0000-0000-000000000000'";
    private const string NoText = "''";

    private readonly List<object?> _values;
    private readonly string _table;
    private readonly string _condition;

    /// <param name="filter">The filter.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="tableSuffix">Behind the name of the level's table.</param>
    public QoeRows(QoeFilter filter, QoeSegment segment, string tableSuffix = "")
    {
        var set = QoeGroupings.For(segment.Level, filter.Dimensions);
        _values = [segment.From, segment.Until];
        _table = segment.Level.Table() + tableSuffix;
        HaveOneKey = set == filter.Dimensions;
        _condition = string.Create(CultureInfo.InvariantCulture, $"k.dimensions = {(int)set}")
            + Condition(set, QoeDimensions.Title, "title_id", filter.TitleId, NoId)
            + Condition(set, QoeDimensions.Variant, "variant_id", filter.VariantId, NoId)
            + Condition(set, QoeDimensions.Country, "country", filter.Country, NoText)
            + Condition(set, QoeDimensions.Device, "device", filter.Device, NoText)
            + Condition(set, QoeDimensions.AppVersion, "app_version", filter.AppVersion, NoText);
    }

    /// <summary>Whether all rows are of one key, for the level keeps just what the filter names.</summary>
    public bool HaveOneKey { get; }

    /// <summary>FROM and WHERE; the rows are called <c>q</c>.</summary>
    public string From => FromKeys("*");

    /// <summary>The values of its parameters, and of those that are added behind them.</summary>
    public object?[] Values(params ReadOnlySpan<object?> more) => [.. _values, .. more];

    /// <summary>The name of the parameter so many behind its own, from 1.</summary>
    public string Parameter(int number) => string.Create(CultureInfo.InvariantCulture, $"${_values.Count + number}");

    /// <summary>The same with what is selected of each key's rows.</summary>
    /// <param name="columns">What is selected.</param>
    /// <param name="grouping">GROUP BY, or nothing.</param>
    public string FromKeys(string columns, string grouping = "") => $"""
        FROM qoe_key k
        CROSS JOIN LATERAL (
            SELECT {columns} FROM {_table} r WHERE r.key = k.id AND r.moment >= $1 AND r.moment < $2 {grouping} OFFSET 0) q
        WHERE {_condition}
        """;

    // A dimension that the set has not is the same in all its rows: to say so lets the index find them.
    private string Condition(QoeDimensions set, QoeDimensions dimension, string column, object? wanted, string absent)
    {
        if (!set.HasFlag(dimension))
        {
            return $" AND k.{column} = {absent}";
        }

        if (wanted is null or "")
        {
            return "";
        }

        _values.Add(wanted);
        return $" AND k.{column} = {Parameter(0)}";
    }
}
