using System.Buffers.Binary;
using System.Text;

namespace MoviesNow.ServiceDefaults.Tests.Connections;

/// <summary>Frames of HTTP/2 (RFC 9113), as no well-behaved library would send them.</summary>
internal static class Http2
{
    public const byte Headers = 1;
    public const byte ResetStream = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte Continuation = 9;
    public const byte EndStream = 1;
    public const byte EndHeaders = 4;

    private const int FrameHeaderBytes = 9;

    /// <summary>How a connection begins.</summary>
    public static byte[] Preface { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0)];

    /// <summary>The head of a call, without END_HEADERS in mind: more may follow.</summary>
    public static byte[] CallHeaders(string path, params (string Name, string Value)[] more) =>
    [
        .. Field(":method", "POST"), .. Field(":scheme", "http"), .. Field(":path", path), .. Field(":authority", "localhost"),
        .. Field("content-type", "application/grpc"), .. Field("te", "trailers"), .. more.SelectMany(field => Field(field.Name, field.Value)),
    ];

    public static byte[] Frame(byte type, byte flags, int stream, params byte[] payload)
    {
        var frame = new byte[FrameHeaderBytes + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, FrameHeaderBytes);
        return frame;
    }

    /// <summary>A field without compression: a literal without indexing (RFC 7541, 6.2.2).</summary>
    public static byte[] Field(string name, string value) => [0, .. Text(name), .. Text(value)];

    /// <summary>The error code of the last GOAWAY among what a server sent; null without one.</summary>
    public static int? ErrorOf(ReadOnlySpan<byte> received)
    {
        int? error = null;
        while (received.Length >= FrameHeaderBytes)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(received) >> 8;
            if (received.Length < FrameHeaderBytes + length)
            {
                break;
            }

            if (received[3] is GoAway)
            {
                error = BinaryPrimitives.ReadInt32BigEndian(received[(FrameHeaderBytes + 4)..]);
            }

            received = received[(FrameHeaderBytes + length)..];
        }

        return error;
    }

    private static byte[] Text(string text)
    {
        const int inOneByte = 127;
        var bytes = Encoding.ASCII.GetBytes(text);
        if (bytes.Length < inOneByte)
        {
            return [(byte)bytes.Length, .. bytes];
        }

        var length = new List<byte> { inOneByte };
        var rest = bytes.Length - inOneByte;
        for (; rest >= 128; rest >>= 7)
        {
            length.Add((byte)((rest & 127) | 128));
        }

        return [.. length, (byte)rest, .. bytes];
    }
}
