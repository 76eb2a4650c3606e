using System.Formats.Cbor;
using System.Net;
using System.Net.Sockets;

namespace MoviesNow.Delivery.Playback.Signing;

/// <summary>The claims of a Common Access Token in deterministic CBOR (RFC 8949 4.2.1). Labels are those of IANA's registry "CBOR Web Token (CWT) Claims".</summary>
internal static class CommonAccessTokenClaims
{
    private const int Issuer = 1;
    private const int ExpirationTime = 4;
    private const int NotBefore = 5;
    private const int TokenId = 7;
    private const int Version = 310;
    private const int NetworkAddresses = 311;
    private const int Uri = 312;

    // CTA-5007: component 3 of a URI is its path; match 1 is by prefix.
    private const int PathComponent = 3;
    private const int PrefixMatch = 1;
    private const int CurrentVersion = 1;

    private const int UsualBytes = 256;

    // RFC 9164.
    private const CborTag Ipv4Tag = (CborTag)52;
    private const CborTag Ipv6Tag = (CborTag)54;

    /// <param name="claims">What is granted.</param>
    /// <param name="issuer">The claim <c>iss</c>.</param>
    /// <param name="path">What the path of a URL, without the token, must begin with.</param>
    public static byte[] Encode(GrantClaims claims, string issuer, string path)
    {
        // The labels below ascend, so there is nothing for the writer to sort.
        var writer = new CborWriter(CborConformanceMode.Lax, initialCapacity: UsualBytes);
        writer.WriteStartMap(claims.Address is null ? 6 : 7);
        writer.WriteInt32(Issuer);
        writer.WriteTextString(issuer);
        writer.WriteInt32(ExpirationTime);
        writer.WriteInt64(claims.Expires.ToUnixTimeSeconds());
        writer.WriteInt32(NotBefore);
        writer.WriteInt64(claims.NotBefore.ToUnixTimeSeconds());
        writer.WriteInt32(TokenId);
        writer.WriteByteString(claims.SessionId.ToByteArray(bigEndian: true));
        writer.WriteInt32(Version);
        writer.WriteInt32(CurrentVersion);
        if (claims.Address is { } address)
        {
            writer.WriteInt32(NetworkAddresses);
            WriteAddress(writer, address);
        }

        writer.WriteInt32(Uri);
        writer.WriteStartMap(1);
        writer.WriteInt32(PathComponent);
        writer.WriteStartMap(1);
        writer.WriteInt32(PrefixMatch);
        writer.WriteTextString(path);
        writer.WriteEndMap();
        writer.WriteEndMap();
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static void WriteAddress(CborWriter writer, IPAddress address)
    {
        writer.WriteStartArray(1);
        writer.WriteTag(address.AddressFamily is AddressFamily.InterNetwork ? Ipv4Tag : Ipv6Tag);
        writer.WriteByteString(address.GetAddressBytes());
        writer.WriteEndArray();
    }
}
