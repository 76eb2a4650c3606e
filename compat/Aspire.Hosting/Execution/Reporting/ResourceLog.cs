using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Execution.Reporting;

/// <summary>The output of one resource: its last lines in memory, all of this run's in a file, and each to whoever watches.</summary>
internal sealed class ResourceLog(int backlog, string? file, ILogger logger, LogLevel level) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<LogLine> _lines = new();
    private ImmutableList<Channel<LogLine>> _watchers = [];
    private StreamWriter? _writer;
    private bool _fileFailed;
    private bool _completed;
    private int _count;

    public string? File => _fileFailed ? null : file;

    public void Append(string content, bool isError)
    {
        lock (_lock)
        {
            var line = new LogLine(++_count, content, isError);
            if (_lines.Count == backlog)
                _lines.Dequeue();
            _lines.Enqueue(line);
            Write(content);
            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(line);
        }

        if (logger.IsEnabled(level))
            logger.Log(level, "{Line}", content);
    }

    public IReadOnlyList<string> Tail(int count)
    {
        lock (_lock)
            return [.. _lines.TakeLast(count).Select(l => l.Content)];
    }

    public IReadOnlyList<LogLine> Snapshot()
    {
        lock (_lock)
            return [.. _lines];
    }

    public void Clear()
    {
        lock (_lock)
            _lines.Clear();
    }

    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            foreach (var watcher in _watchers)
                watcher.Writer.TryComplete();
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<LogLine>(new() { SingleReader = true });
        lock (_lock)
        {
            foreach (var line in _lines)
                channel.Writer.TryWrite(line);
            if (_completed)
                channel.Writer.Complete();
            _watchers = _watchers.Add(channel);
        }

        try
        {
            while (await channel.Reader.WaitToReadAsync(cancellationToken))
            {
                var batch = new List<LogLine>();
                while (channel.Reader.TryRead(out var line))
                    batch.Add(line);
                yield return batch;
            }
        }
        finally
        {
            lock (_lock)
                _watchers = _watchers.Remove(channel);
        }
    }

    public void Dispose()
    {
        Complete();
        lock (_lock)
        {
            _writer?.Dispose();
            _writer = null;
            _fileFailed |= _count == 0;
        }
    }

    // A full disk costs the file, not the application.
    private void Write(string content)
    {
        if (file is null || _fileFailed)
            return;
        try
        {
            _writer ??= new StreamWriter(file, append: false) { AutoFlush = true };
            _writer.WriteLine(content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            _fileFailed = true;
        }
    }
}
