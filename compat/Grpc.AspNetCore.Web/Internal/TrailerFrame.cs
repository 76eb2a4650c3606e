using System.Buffers.Binary;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Web.Internal;

/// <summary>The last frame of a response: flag 0x80, four bytes of length, then the trailers as lines of HTTP/1.1 headers.</summary>
internal static class TrailerFrame
{
    /// <summary>Bytes of a frame in front of its content.</summary>
    public const int PrefixLength = 5;

    private const byte Flag = 0x80;

    /// <summary>The frame; empty when there are no trailers.</summary>
    public static byte[] Of(IHeaderDictionary trailers)
    {
        if (trailers.Count == 0)
        {
            return [];
        }

        var text = new StringBuilder();
        foreach (var (name, values) in trailers)
        {
            foreach (var value in values)
            {
                text.Append(name.ToLowerInvariant()).Append(": ").Append(OneLine(value)).Append("\r\n");
            }
        }

        var lines = text.ToString();
        var frame = new byte[PrefixLength + Encoding.UTF8.GetByteCount(lines)];
        frame[0] = Flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - PrefixLength);
        Encoding.UTF8.GetBytes(lines, frame.AsSpan(PrefixLength));
        return frame;
    }

    /// <summary>A line break in a value must not become another trailer: a space instead, as RFC 9110, 5.5 has it.</summary>
    private static string OneLine(string? value) => (value ?? "").Replace('\r', ' ').Replace('\n', ' ').Replace('\0', ' ');
}
