namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>A function of an element.</summary>
public delegate TTo Projection<TFrom, TTo>(in TFrom value);

/// <summary>A function of an element and a state.</summary>
public delegate TTo Projection<TFrom, TState, TTo>(in TFrom value, in TState state);

/// <summary>Copies out of sequences.</summary>
public static class SequenceExtensions
{
    /// <summary>The projected elements in a new array.</summary>
    public static TTo[] ToArray<TFrom, TTo>(this in Sequence<TFrom> source, Projection<TFrom, TTo> projection)
    {
        ArgumentNullException.ThrowIfNull(projection);
        if (source.IsEmpty)
            return [];
        var result = new TTo[source.Length];
        source.CopyTo(result, projection);
        return result;
    }

    /// <inheritdoc cref="ToArray{TFrom,TTo}"/>
    public static TTo[] ToArray<TFrom, TState, TTo>(this in Sequence<TFrom> source, Projection<TFrom, TState, TTo> projection, in TState state)
    {
        ArgumentNullException.ThrowIfNull(projection);
        if (source.IsEmpty)
            return [];
        var from = source.FirstSpan;
        var result = new TTo[from.Length];
        for (var i = 0; i < from.Length; i++)
            result[i] = projection(in from[i], in state);
        return result;
    }

    /// <summary>Writes the projected elements to a span that is at least as long.</summary>
    public static void CopyTo<TFrom, TTo>(this in Sequence<TFrom> source, Span<TTo> destination, Projection<TFrom, TTo> projection)
    {
        ArgumentNullException.ThrowIfNull(projection);
        var from = source.FirstSpan;
        if (destination.Length < from.Length)
            throw new ArgumentException("The destination is too short.", nameof(destination));
        for (var i = 0; i < from.Length; i++)
            destination[i] = projection(in from[i]);
    }
}
