using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>A run of elements of an arena, valid until the arena is reset. Always one segment here.</summary>
public readonly struct Sequence<T>
{
    private readonly T[]? _array;
    private readonly int _start;
    private readonly int _length;

    internal Sequence(T[]? array, int start, int length) => (_array, _start, _length) = (array, start, length);

    public long Length => _length;

    public bool IsEmpty => _length == 0;

    public bool IsSingleSegment => true;

    /// <summary>All elements, since there is but one segment.</summary>
    public Span<T> FirstSpan => new(_array, _start, _length);

    /// <summary>The element at an index, by reference.</summary>
    public ref T this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_length)
                throw new ArgumentOutOfRangeException(nameof(index));
            return ref _array![_start + index];
        }
    }

    public SpanEnumerable Spans => new(this);

    /// <summary>The same run without its element type.</summary>
    public Sequence Untyped() => new(_array, _start, _length);

    public Enumerator GetEnumerator() => new(_array, _start, _length);

    /// <summary>A position among the elements.</summary>
    public struct Enumerator
    {
        private readonly T[]? _array;
        private readonly int _end;
        private int _index;

        internal Enumerator(T[]? array, int start, int length) => (_array, _index, _end) = (array, start - 1, start + length);

        public readonly ref T Current => ref _array![_index];

        public bool MoveNext() => ++_index < _end;

        /// <summary>Moves on and returns the element.</summary>
        /// <exception cref="InvalidOperationException">There is none left.</exception>
        public ref T GetNext()
        {
            if (!MoveNext())
                throw new InvalidOperationException("The sequence has no further element.");
            return ref Current;
        }
    }

    /// <summary>The segments.</summary>
    public readonly struct SpanEnumerable
    {
        private readonly Sequence<T> _sequence;

        internal SpanEnumerable(Sequence<T> sequence) => _sequence = sequence;

        public SpanEnumerator GetEnumerator() => new(_sequence);
    }

    /// <summary>A position among the segments.</summary>
    public struct SpanEnumerator
    {
        private readonly Sequence<T> _sequence;
        private bool _moved;

        internal SpanEnumerator(Sequence<T> sequence) => _sequence = sequence;

        public readonly Span<T> Current => _sequence.FirstSpan;

        public bool MoveNext() => !_moved && (_moved = true);
    }
}

/// <summary>A <see cref="Sequence{T}"/> whose element type is forgotten.</summary>
public readonly struct Sequence
{
    private readonly object? _array;
    private readonly int _start;
    private readonly int _length;

    internal Sequence(object? array, int start, int length) => (_array, _start, _length) = (array, start, length);

    public long Length => _length;

    /// <exception cref="InvalidCastException">The elements are of another type.</exception>
    public Sequence<T> Cast<T>()
    {
        if (_array is null)
            return default;
        return _array.GetType() == typeof(T[])
            ? new(Unsafe.As<T[]>(_array), _start, _length)
            : throw new InvalidCastException($"The sequence does not hold {typeof(T)}.");
    }
}
