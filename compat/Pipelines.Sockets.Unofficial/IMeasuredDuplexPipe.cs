using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial;

/// <summary>A duplex pipe that counts its traffic.</summary>
public interface IMeasuredDuplexPipe : IDuplexPipe
{
    /// <summary>Bytes handed to the transport since it was opened.</summary>
    long TotalBytesSent { get; }

    /// <summary>Bytes taken from the transport since it was opened.</summary>
    long TotalBytesReceived { get; }
}
