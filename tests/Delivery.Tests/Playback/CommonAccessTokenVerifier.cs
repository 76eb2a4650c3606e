using System.Buffers.Text;
using System.Formats.Cbor;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.Cose;
using System.Text;

namespace MoviesNow.Delivery.Tests.Playback;

/// <summary>What a CDN does with a token: one key for each id, so that keys rotate without downtime.</summary>
/// <param name="issuer">The issuer that is trusted.</param>
/// <param name="keys">By id: an ECDsa with the public key, or the bytes of an HMAC key.</param>
internal sealed class CommonAccessTokenVerifier(string issuer, IReadOnlyDictionary<string, object> keys)
{
    private const int Es256 = -7;
    private const int Hmac256 = 5;

    /// <summary>Why a request is refused; null when it is not.</summary>
    /// <param name="token">The token, as it stands in the path.</param>
    /// <param name="path">The path of the URL without the token.</param>
    /// <param name="address">Whom the request comes from.</param>
    /// <param name="now">When.</param>
    public string? Refusal(string token, string path, IPAddress address, DateTimeOffset now)
    {
        byte[] payload;
        try
        {
            payload = Open(Base64Url.DecodeFromChars(token));
        }
        catch (Exception malformed) when (malformed is CborContentException or CryptographicException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            return "malformed";
        }

        return payload.Length == 0 ? "signature" : Judge(new CborReader(payload, CborConformanceMode.Canonical), path, address, now.ToUnixTimeSeconds());
    }

    private byte[] Open(byte[] bytes)
    {
        var reader = new CborReader(bytes, CborConformanceMode.Strict);
        if (reader.ReadTag() != (CborTag)61)
        {
            throw new FormatException("Not a CWT.");
        }

        return reader.PeekTag() == (CborTag)17 ? OpenMac(reader) : OpenSignature(bytes.AsSpan(2));
    }

    private byte[] OpenSignature(ReadOnlySpan<byte> bytes)
    {
        var message = CoseMessage.DecodeSign1(bytes);
        var isRight = message.ProtectedHeaders[CoseHeaderLabel.Algorithm].GetValueAsInt32() == Es256
            && keys.TryGetValue(Encoding.UTF8.GetString(message.ProtectedHeaders.GetValueAsBytes(CoseHeaderLabel.KeyIdentifier)), out var key)
            && key is ECDsa ecdsa
            && message.VerifyEmbedded(ecdsa);
        return isRight ? message.Content!.Value.ToArray() : [];
    }

    private byte[] OpenMac(CborReader reader)
    {
        reader.ReadTag();
        reader.ReadStartArray();
        var header = reader.ReadByteString();
        reader.ReadStartMap();
        reader.ReadEndMap();
        var (payload, mac) = (reader.ReadByteString(), reader.ReadByteString());
        reader.ReadEndArray();
        var structure = new CborWriter();
        structure.WriteStartArray(4);
        structure.WriteTextString("MAC0");
        structure.WriteByteString(header);
        structure.WriteByteString([]);
        structure.WriteByteString(payload);
        structure.WriteEndArray();
        var (algorithm, keyId) = ReadHeader(new CborReader(header));
        var isRight = algorithm == Hmac256
            && keys.TryGetValue(keyId, out var key)
            && key is byte[] secret
            && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(secret, structure.Encode()), mac);
        return isRight ? payload : [];
    }

    private static (int Algorithm, string KeyId) ReadHeader(CborReader reader)
    {
        reader.ReadStartMap();
        var (first, algorithm) = (reader.ReadInt32(), reader.ReadInt32());
        var (second, keyId) = (reader.ReadInt32(), reader.ReadByteString());
        return (first, second) is (1, 4) ? (algorithm, Encoding.UTF8.GetString(keyId)) : throw new FormatException("Not the headers of a token.");
    }

    private string? Judge(CborReader reader, string path, IPAddress address, long now)
    {
        string? refusal = null;
        for (var left = reader.ReadStartMap(); left > 0; left--)
        {
            refusal ??= reader.ReadInt32() switch
            {
                1 => Unless(reader.ReadTextString() == issuer, "issuer"),
                4 => Unless(now < reader.ReadInt64(), "expired"),
                5 => Unless(now >= reader.ReadInt64(), "early"),
                7 => Unless(reader.ReadByteString().Length == 16, "id"),
                310 => Unless(reader.ReadInt32() == 1, "version"),
                311 => Unless(ReadAddresses(reader).Contains(address), "address"),
                312 => Unless(path.StartsWith(ReadPathPrefix(reader), StringComparison.Ordinal), "path"),
                var claim => $"claim {claim}",
            };
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return null;
    }

    private static string? Unless(bool isRight, string refusal) => isRight ? null : refusal;

    private static List<IPAddress> ReadAddresses(CborReader reader)
    {
        var addresses = new List<IPAddress>();
        for (var left = reader.ReadStartArray(); left > 0; left--)
        {
            reader.ReadTag();
            addresses.Add(new IPAddress(reader.ReadByteString()));
        }

        reader.ReadEndArray();
        return addresses;
    }

    private static string ReadPathPrefix(CborReader reader)
    {
        Assert.Equal(1, reader.ReadStartMap());
        Assert.Equal(3, reader.ReadInt32());
        Assert.Equal(1, reader.ReadStartMap());
        Assert.Equal(1, reader.ReadInt32());
        var prefix = reader.ReadTextString();
        reader.ReadEndMap();
        reader.ReadEndMap();
        return prefix;
    }
}
