using System.Buffers;
using System.Net.Sockets;

namespace Aspire.Hosting.Execution.Networking;

/// <summary>Carries bytes both ways between two connections until both directions have ended.</summary>
internal static class TcpRelay
{
    private const int BufferSize = 64 * 1024;

    public static async Task RunAsync(Socket client, Socket server, CancellationToken cancellationToken)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(CopyAsync(client, server, broken), CopyAsync(server, client, broken));
    }

    // One buffer in flight: a slow reader slows the writer through TCP itself. An end of one direction is passed on alone,
    // since the other side may still answer; a broken connection ends both.
    private static async Task CopyAsync(Socket from, Socket to, CancellationTokenSource broken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer.AsMemory(), broken.Token)) > 0)
            {
                var rest = buffer.AsMemory(0, read);
                while (!rest.IsEmpty)
                    rest = rest[await to.SendAsync(rest, broken.Token)..];
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            await broken.CancelAsync();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
