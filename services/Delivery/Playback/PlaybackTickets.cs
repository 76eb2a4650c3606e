using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace MoviesNow.Delivery.Playback;

/// <summary>
/// Signs tickets: version and purpose, the ticket, and the HMAC-SHA256 of both, base64url. Any replica checks them without looking anything
/// up. Who holds one can read it: it tells nothing but what its holder asked for.
/// </summary>
internal sealed class PlaybackTickets(IOptions<PlaybackOptions> options, TimeProvider time)
{
    /// <summary>The longest ticket, in characters.</summary>
    public const int MaxLength = ((HeaderBytes + PlaybackTicket.MaxBytes + HMACSHA256.HashSizeInBytes) * 4 / 3) + 1;

    private const byte Version = 1;
    private const int HeaderBytes = 2;

    private readonly byte[][] _keys = [.. options.Value.TicketKeys.Select(Convert.FromBase64String)];

    public string Issue(TicketPurpose purpose, PlaybackTicket ticket)
    {
        Span<byte> bytes = stackalloc byte[HeaderBytes + PlaybackTicket.MaxBytes + HMACSHA256.HashSizeInBytes];
        (bytes[0], bytes[1]) = (Version, (byte)purpose);
        var length = HeaderBytes + ticket.Write(bytes[HeaderBytes..]);
        length += HMACSHA256.HashData(_keys[0], bytes[..length], bytes[length..]);
        return Base64Url.EncodeToString(bytes[..length]);
    }

    /// <summary>Reads a ticket of ours that has not expired. The time it takes tells nothing about the right signature.</summary>
    public bool TryRead(TicketPurpose purpose, string text, [NotNullWhen(true)] out PlaybackTicket? ticket)
    {
        ticket = null;
        if (text.Length > MaxLength || !Base64Url.IsValid(text))
        {
            return false;
        }

        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < HeaderBytes + HMACSHA256.HashSizeInBytes || bytes[0] != Version || bytes[1] != (byte)purpose || !IsSigned(bytes))
        {
            return false;
        }

        var read = PlaybackTicket.Read(bytes.AsSpan(HeaderBytes, bytes.Length - HeaderBytes - HMACSHA256.HashSizeInBytes));
        ticket = time.GetUtcNow() < read.Expires ? read : null;
        return ticket is not null;
    }

    private bool IsSigned(byte[] bytes)
    {
        var signed = bytes.AsSpan(..^HMACSHA256.HashSizeInBytes);
        var mac = bytes.AsSpan(^HMACSHA256.HashSizeInBytes..);
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var key in _keys)
        {
            HMACSHA256.HashData(key, signed, expected);
            if (CryptographicOperations.FixedTimeEquals(expected, mac))
            {
                return true;
            }
        }

        return false;
    }
}
