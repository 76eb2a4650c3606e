using System.Globalization;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Catalog.Shared;

/// <summary>The version of a row as clients see it: opaque to them, a number to us. A quoted spelling (RFC 9110) is taken as well.</summary>
internal static class Etag
{
    // No row ever has it, so an etag that we did not make matches nothing.
    private const long Foreign = 0;

    public static string Of(long version) => version.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>The version that is meant; null for any.</summary>
    public static long? Version(string etag)
    {
        if (etag.Length == 0)
        {
            return null;
        }

        var bare = etag is ['"', .. var inner, '"'] ? inner : etag;
        return long.TryParse(bare, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var version) ? version : Foreign;
    }

    /// <summary>The version of a row that a caller means to change.</summary>
    /// <exception cref="Grpc.Core.RpcException">ABORTED: the caller's etag is not that of the row.</exception>
    public static long Match(string current, string asked) =>
        Version(current) is { } version && version == Version(asked) ? version : throw RpcErrors.Of(ErrorReason.EtagMismatch);
}
