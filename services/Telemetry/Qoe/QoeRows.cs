using System.Globalization;

namespace MoviesNow.Telemetry.Qoe;

/// <summary>The rows that answer a filter over a segment: those of the smallest set of dimensions that the level keeps for it.</summary>
internal sealed class QoeRows
{
    private const string NoId = "'00000000-0000-0000-0000-000000000000'";
    private const string NoText = "''";

    private readonly List<object?> _values;

    /// <param name="filter">The filter.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="tableSuffix">Behind the name of the level's table.</param>
    public QoeRows(QoeFilter filter, QoeSegment segment, string tableSuffix = "")
    {
        var set = QoeGroupings.For(segment.Level, filter.Dimensions);
        _values = [segment.From, segment.Until];
        From = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            FROM qoe_key k JOIN {segment.Level.Table()}{tableSuffix} q ON q.key = k.id
            WHERE k.dimensions = {(int)set} AND q.moment >= $1 AND q.moment < $2
            """)
            + Condition(set, QoeDimensions.Title, "title_id", filter.TitleId, NoId)
            + Condition(set, QoeDimensions.Variant, "variant_id", filter.VariantId, NoId)
            + Condition(set, QoeDimensions.Country, "country", filter.Country, NoText)
            + Condition(set, QoeDimensions.Device, "device", filter.Device, NoText)
            + Condition(set, QoeDimensions.AppVersion, "app_version", filter.AppVersion, NoText);
    }

    /// <summary>FROM and WHERE; the rows are called <c>q</c>.</summary>
    public string From { get; }

    /// <summary>The values of its parameters, and of those that are added behind them.</summary>
    public object?[] Values(params ReadOnlySpan<object?> more) => [.. _values, .. more];

    /// <summary>The name of the parameter so many behind its own, from 1.</summary>
    public string Parameter(int number) => string.Create(CultureInfo.InvariantCulture, $"${_values.Count + number}");

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
