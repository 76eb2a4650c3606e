namespace Grpc.Core;

/// <summary>How a message is written.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>The message may wait in a buffer for more to come.</summary>
    BufferHint = 0x1,

    /// <summary>The message is not compressed, although the call is.</summary>
    NoCompress = 0x2,
}

/// <summary>Options for the writing of messages.</summary>
public class WriteOptions(WriteFlags flags = default)
{
    /// <summary>No flag set.</summary>
    public static readonly WriteOptions Default = new();

    /// <summary>The flags.</summary>
    public WriteFlags Flags { get; } = flags;
}
