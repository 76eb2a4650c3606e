using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>What is stored in place of facts that would identify a person: salted SHA-256.</summary>
internal sealed class Pseudonyms(IOptions<TelemetryOptions> options)
{
    private const int MaxUserAgentLength = 256;

    private readonly byte[] _salt = Convert.FromBase64String(options.Value.IpSalt);

    /// <summary>SHA-256 of the salt and the address in network order; an IPv4 address mapped into IPv6 is the same address.</summary>
    public byte[]? OfAddress(IPAddress? address) =>
        address is null ? null : Hash((address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes());

    /// <summary>The user agent as the setting wants it kept; null for nothing.</summary>
    public string? OfUserAgent(string? userAgent) => (userAgent, options.Value.UserAgent) switch
    {
        (null or "", _) or (_, UserAgentRetention.Drop) => null,
        (_, UserAgentRetention.Keep) => userAgent.Length <= MaxUserAgentLength ? userAgent : userAgent[..MaxUserAgentLength],
        _ => Convert.ToHexStringLower(Hash(Encoding.UTF8.GetBytes(userAgent))),
    };

    /// <summary>Stands for a viewer where their name must not stay, in base64url; no address or user agent has the same.</summary>
    public string OfViewer(string viewer) => Base64Url.EncodeToString(Hash([.. "viewer\0"u8, .. Encoding.UTF8.GetBytes(viewer)]));

    private byte[] Hash(byte[] value) => SHA256.HashData([.. _salt, .. value]);
}
