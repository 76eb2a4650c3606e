using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Web.Internal;

/// <summary>The last frame of a response: flag 0x80, four bytes of length, then the trailers as lines of HTTP/1.1 headers.</summary>
internal static class TrailerFrame
{
    private const byte Flag = 0x80;
    private const int PrefixLength = 5;

    public static void Write(IBufferWriter<byte> writer, IHeaderDictionary trailers)
    {
        var text = new StringBuilder();
        foreach (var (name, values) in trailers)
        {
            foreach (var value in values)
            {
                text.Append(name.ToLowerInvariant()).Append(": ").Append(OneLine(value)).Append("\r\n");
            }
        }

        var block = Encoding.UTF8.GetBytes(text.ToString());
        var prefix = writer.GetSpan(PrefixLength);
        prefix[0] = Flag;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], block.Length);
        writer.Advance(PrefixLength);
        writer.Write(block);
    }

    /// <summary>A line break in a value must not become another trailer: a space instead, as RFC 9110, 5.5 has it.</summary>
    private static string OneLine(string? value) => (value ?? "").Replace('\r', ' ').Replace('\n', ' ').Replace('\0', ' ');
}
