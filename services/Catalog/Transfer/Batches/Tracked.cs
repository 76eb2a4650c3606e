using Google.Protobuf;

namespace MoviesNow.Catalog.Transfer.Batches;

/// <summary>A row as the database has it, and as a batch leaves it.</summary>
internal sealed class Tracked<T>(T? stored, T value) where T : class, IMessage<T>
{
    /// <summary>As the database has it; null when the batch makes it.</summary>
    public T? Stored => stored;

    /// <summary>As the batch leaves it. Replaced, never changed.</summary>
    public T Value { get; private set; } = value;

    /// <summary>Columns of <see cref="Value"/> that were made before; null when they must be made of it.</summary>
    public object?[]? Columns { get; set; }

    public bool IsNew => stored is null;

    public bool IsChanged => stored is not null && !ReferenceEquals(stored, Value);

    /// <summary>Takes another value.</summary>
    /// <returns>Whether it differs.</returns>
    public bool Become(T next)
    {
        if (Value.Equals(next))
        {
            return false;
        }

        (Value, Columns) = (next, null);
        return true;
    }
}
