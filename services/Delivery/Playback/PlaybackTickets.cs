using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using MoviesNow.Delivery.Playback.Signing;

namespace MoviesNow.Delivery.Playback;

/// <summary>
/// Signs tickets: version and purpose, the ticket, and the HMAC-SHA256 of both, base64url. Any replica checks them without looking anything
/// up. Who holds one can read it: it tells nothing but what its holder asked for.
/// </summary>
internal sealed class PlaybackTickets(IOptions<PlaybackOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>The longest ticket, in characters.</summary>
    public const int MaxLength = ((HeaderBytes + PlaybackTicket.MaxBytes + KeyedHash.Bytes) * 4 / 3) + 1;

    private const byte Version = 1;
    private const int HeaderBytes = 2;

    private readonly KeyedHash[] _keys = [.. options.Value.TicketKeys.Select(key => new KeyedHash(Convert.FromBase64String(key)))];

    public string Issue(TicketPurpose purpose, PlaybackTicket ticket)
    {
        Span<byte> bytes = stackalloc byte[HeaderBytes + PlaybackTicket.MaxBytes + KeyedHash.Bytes];
        (bytes[0], bytes[1]) = (Version, (byte)purpose);
        var length = HeaderBytes + ticket.Write(bytes[HeaderBytes..]);
        _keys[0].Compute(bytes[..length], bytes[length..]);
        return Base64Url.EncodeToString(bytes[..(length + KeyedHash.Bytes)]);
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
        if (bytes.Length < HeaderBytes + KeyedHash.Bytes || bytes[0] != Version || bytes[1] != (byte)purpose || !IsSigned(bytes))
        {
            return false;
        }

        var read = PlaybackTicket.Read(bytes.AsSpan(HeaderBytes, bytes.Length - HeaderBytes - KeyedHash.Bytes));
        ticket = time.GetUtcNow() < read.Expires ? read : null;
        return ticket is not null;
    }

    public void Dispose() => Array.ForEach(_keys, key => key.Dispose());

    private bool IsSigned(byte[] bytes)
    {
        var signed = bytes.AsSpan(..^KeyedHash.Bytes);
        var mac = bytes.AsSpan(^KeyedHash.Bytes..);
        Span<byte> expected = stackalloc byte[KeyedHash.Bytes];
        foreach (var key in _keys)
        {
            key.Compute(signed, expected);
            if (CryptographicOperations.FixedTimeEquals(expected, mac))
            {
                return true;
            }
        }

        return false;
    }
}
