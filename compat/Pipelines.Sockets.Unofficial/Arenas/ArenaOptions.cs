namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>How an arena treats its memory. It is always managed and always cleared, so the flags change nothing.</summary>
[Flags]
public enum ArenaFlags
{
    None = 0,
    ClearAtReset = 1,
    ClearAtDispose = 2,
    PreferUnmanaged = 4,
    PreferPinned = 8,
    BlittableNonPaddedSharing = 16,
    BlittablePaddedSharing = 32,
}

/// <summary>Settings of an arena.</summary>
/// <param name="flags">Accepted.</param>
/// <param name="blockSizeBytes">Bytes per block; 0 for the default.</param>
/// <param name="retentionPolicy">Accepted; one block is retained.</param>
public sealed class ArenaOptions(ArenaFlags flags = ArenaFlags.None, int blockSizeBytes = 0, Func<long, long, long>? retentionPolicy = null)
{
    public ArenaFlags Flags { get; } = flags;

    public int BlockSizeBytes { get; } = blockSizeBytes;

    public Func<long, long, long>? RetentionPolicy { get; } = retentionPolicy;
}
