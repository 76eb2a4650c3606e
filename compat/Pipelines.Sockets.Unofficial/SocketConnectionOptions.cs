namespace Pipelines.Sockets.Unofficial;

/// <summary>How a <see cref="SocketConnection"/> reads and writes.</summary>
[Flags]
public enum SocketConnectionOptions
{
    None = 0,

    /// <summary>While no data is there, wait without holding a buffer.</summary>
    ZeroLengthReads = 1,

    /// <summary>Accepted; continuations run where the runtime's sockets run them.</summary>
    InlineReads = 2,

    /// <inheritdoc cref="InlineReads"/>
    InlineWrites = 4,

    /// <inheritdoc cref="InlineReads"/>
    InlineConnect = 8,
}
