namespace MoviesNow.EmbeddedServers;

/// <summary>The last lines of an output.</summary>
internal sealed class OutputTail
{
    private const int Capacity = 200;

    private readonly Queue<string> _lines = new();

    public void Add(string line)
    {
        lock (_lines)
        {
            if (_lines.Count == Capacity)
                _lines.Dequeue();
            _lines.Enqueue(line);
        }
    }

    public void Clear()
    {
        lock (_lines)
            _lines.Clear();
    }

    public override string ToString()
    {
        lock (_lines)
            return string.Join('\n', _lines);
    }
}
