using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MoviesNow.EmbeddedServers;

/// <summary>Whether a server answers now. Returns false, rather than throws, while it does not.</summary>
public delegate Task<bool> ReadinessProbe(CancellationToken cancellationToken);

/// <summary>Probes that speak just enough of a protocol to know that the server serves.</summary>
public static class ReadinessProbes
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Ready when PostgreSQL asks for authentication rather than says that it is starting up or shutting down.</summary>
    public static ReadinessProbe Postgres(int port) => cancellationToken => AskAsync(port, PostgresStartup(), IsReady, cancellationToken);

    /// <summary>Ready when the Redis server answers PING after AUTH.</summary>
    public static ReadinessProbe Redis(int port, string password) => cancellationToken => AskAsync(
        port,
        Encoding.UTF8.GetBytes($"*2\r\n$4\r\nAUTH\r\n${Encoding.UTF8.GetByteCount(password)}\r\n{password}\r\n*1\r\n$4\r\nPING\r\n"),
        static answer => answer.IndexOf("PONG"u8) >= 0 ? true : answer.IndexOf("-"u8) >= 0 ? false : null,
        cancellationToken);

    // A startup message of protocol 3.0: length, version, name and value pairs, an empty name.
    private static byte[] PostgresStartup()
    {
        var pairs = "user\0probe\0database\0postgres\0\0"u8;
        var message = new byte[8 + pairs.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), 3 << 16);
        pairs.CopyTo(message.AsSpan(8));
        return message;
    }

    // 'R' is an authentication request; 57P03 is "cannot connect now"; any other error comes from a server that serves.
    private static bool? IsReady(ReadOnlySpan<byte> answer) => answer switch
    {
        [] => null,
        [(byte)'E', ..] => answer.IndexOf("C57P03\0"u8) < 0,
        [var first, ..] => first == 'R',
    };

    private delegate bool? Judge(ReadOnlySpan<byte> answer);

    private static async Task<bool> AskAsync(int port, byte[] question, Judge judge, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(AnswerTimeout);
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, timeout.Token);
            await socket.SendAsync(question, timeout.Token);
            var answer = new byte[1024];
            var length = 0;
            while (length < answer.Length)
            {
                var count = await socket.ReceiveAsync(answer.AsMemory(length), timeout.Token);
                length += count;
                if (count == 0 || judge(answer.AsSpan(0, length)) is { })
                    break;
            }

            return judge(answer.AsSpan(0, length)) ?? false;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
