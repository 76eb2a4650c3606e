using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace MoviesNow.ServiceDefaults.Identity;

/// <summary>By what a caller is told from others.</summary>
internal enum CallerKind
{
    /// <summary>The token's subject.</summary>
    Subject,

    /// <summary>An API key.</summary>
    ApiKey,

    /// <summary>The address: an IPv4 address, or an IPv6 network of 64 bits, for hosts choose the rest themselves.</summary>
    Address,
}

/// <summary>
/// Identifies a caller for idempotency and rate limits: subject, else API key, else address. Values are raw: they are hashed before they
/// leave the process.
/// </summary>
internal readonly record struct CallerId(CallerKind Kind, string Value)
{
    private const int NetworkBytes = 8;

    /// <param name="context">An admitted call.</param>
    /// <param name="apiKeys">Where no keys are asked for, anybody may send anything as one: it tells nobody apart then.</param>
    public static CallerId Of(ServerCallContext context, ApiKeys apiKeys) => Of(context.GetHttpContext(), apiKeys);

    /// <inheritdoc cref="Of(ServerCallContext, ApiKeys)"/>
    public static CallerId Of(HttpContext context, ApiKeys apiKeys)
    {
        if (context.User is Bearer { Subject.Length: > 0 } bearer)
        {
            return new(CallerKind.Subject, bearer.Subject);
        }

        return apiKeys.AreRequired && ApiKeys.SentWith(context) is { Length: > 0 } key
            ? new(CallerKind.ApiKey, key)
            : new(CallerKind.Address, NetworkOf(context.Connection.RemoteIpAddress));
    }

    internal static string NetworkOf(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes).ToString();
    }
}
