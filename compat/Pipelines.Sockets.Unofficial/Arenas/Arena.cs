using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>
/// Hands out runs of elements that all end together at <see cref="Reset"/>. A run never straddles two blocks; one block is
/// kept across resets, and what a large run needed beyond it is left to the garbage collector. Not for concurrent use.
/// </summary>
public sealed class Arena<T> : IDisposable
{
    private const int DefaultBlockBytes = 64 * 1024;

    private readonly int _blockLength;
    private T[]? _kept;
    private T[]? _block;
    private int _used;
    private bool _disposed;

    /// <exception cref="NotSupportedException">An allocator was given.</exception>
    public Arena(ArenaOptions? options = null, Allocator<T>? allocator = null)
    {
        if (allocator is not null)
            throw new NotSupportedException("Custom allocators need the package Pipelines.Sockets.Unofficial.");
        var bytes = options is { BlockSizeBytes: > 0 } ? options.BlockSizeBytes : DefaultBlockBytes;
        _blockLength = Math.Max(1, bytes / Unsafe.SizeOf<T>());
    }

    /// <summary>A run of cleared elements.</summary>
    public Sequence<T> Allocate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (length == 0)
            return default;

        if (length > _blockLength)
            return new(new T[length], 0, length);

        if (_block is null || length > _block.Length - _used)
        {
            _block = new T[_blockLength];
            _kept ??= _block;
            _used = 0;
        }

        var start = _used;
        _used += length;
        return new(_block, start, length);
    }

    /// <summary>Ends every run handed out so far.</summary>
    public void Reset()
    {
        if (_kept is not null)
            Array.Clear(_kept, 0, ReferenceEquals(_kept, _block) ? _used : _kept.Length);
        _block = _kept;
        _used = 0;
    }

    public void Dispose()
    {
        _disposed = true;
        _kept = _block = null;
    }
}

/// <summary>Source of an arena's memory; only the default one exists here.</summary>
public abstract class Allocator<T>;
