using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.Cose;

namespace MoviesNow.Delivery.Playback.Signing;

/// <summary>Puts a payload into a signed COSE message (RFC 9052) with its tag.</summary>
internal interface ICoseEnvelope
{
    byte[] Wrap(byte[] payload);
}

/// <summary>COSE_Sign1 with ES256.</summary>
/// <param name="keyId">Goes into the protected header.</param>
/// <param name="pem">A private key of the curve P-256.</param>
internal sealed class CoseSign1(byte[] keyId, string pem) : ICoseEnvelope, IDisposable
{
    // Keys are not said to be safe for use by several threads.
    private readonly ThreadLocal<Key> _keys = new(() => new Key(keyId, pem), trackAllValues: true);

    public byte[] Wrap(byte[] payload) => CoseSign1Message.SignEmbedded(payload, _keys.Value!.Signer);

    public void Dispose()
    {
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }

        _keys.Dispose();
    }

    private sealed class Key : IDisposable
    {
        private readonly ECDsa _key = ECDsa.Create();

        public Key(byte[] keyId, string pem)
        {
            _key.ImportFromPem(pem);
            Signer = new CoseSigner(_key, HashAlgorithmName.SHA256, new CoseHeaderMap { { CoseHeaderLabel.KeyIdentifier, keyId } });
        }

        public CoseSigner Signer { get; }

        public void Dispose() => _key.Dispose();
    }
}

/// <summary>COSE_Mac0 with HMAC 256/256 (RFC 9052 6.2, RFC 9053 3.1), which System.Security.Cryptography.Cose lacks.</summary>
/// <param name="keyId">Goes into the protected header.</param>
/// <param name="key">At least 32 bytes.</param>
internal sealed class CoseMac0(byte[] keyId, byte[] key) : ICoseEnvelope, IDisposable
{
    private const CborTag Mac0Tag = (CborTag)17;
    private const int AlgorithmLabel = 1;
    private const int KeyIdLabel = 4;
    private const int Hmac256 = 5;

    // What a message has beside the payload, at most.
    private const int Overhead = 128;

    private readonly byte[] _header = Header(keyId);
    private readonly KeyedHash _key = new(key);

    public byte[] Wrap(byte[] payload)
    {
        Span<byte> mac = stackalloc byte[KeyedHash.Bytes];
        _key.Compute(ToBeMaced(payload), mac);
        var writer = WriterFor(payload);
        writer.WriteTag(Mac0Tag);
        writer.WriteStartArray(4);
        writer.WriteByteString(_header);
        writer.WriteStartMap(0);
        writer.WriteEndMap();
        writer.WriteByteString(payload);
        writer.WriteByteString(mac);
        writer.WriteEndArray();
        return writer.Encode();
    }

    public void Dispose() => _key.Dispose();

    /// <summary>MAC_structure of RFC 9052 6.3, without external data.</summary>
    private byte[] ToBeMaced(byte[] payload)
    {
        var writer = WriterFor(payload);
        writer.WriteStartArray(4);
        writer.WriteTextString("MAC0");
        writer.WriteByteString(_header);
        writer.WriteByteString([]);
        writer.WriteByteString(payload);
        writer.WriteEndArray();
        return writer.Encode();
    }

    private static CborWriter WriterFor(byte[] payload) => new(CborConformanceMode.Strict, initialCapacity: payload.Length + Overhead);

    private static byte[] Header(byte[] keyId)
    {
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteStartMap(2);
        writer.WriteInt32(AlgorithmLabel);
        writer.WriteInt32(Hmac256);
        writer.WriteInt32(KeyIdLabel);
        writer.WriteByteString(keyId);
        writer.WriteEndMap();
        return writer.Encode();
    }
}
