using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using MoviesNow.Delivery.Playback.Signing;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Playback.Development;

/// <summary>
/// Judges requests as <c>deploy/nginx/playback-locations.conf</c> does, with the keys of <see cref="SecureLinkOptions"/>; the tests send both the same.
/// </summary>
internal sealed partial class SecureLinkCheck(IOptions<PlaybackOptions> options, TimeProvider time)
{
    private readonly IDictionary<string, string> _secrets = options.Value.SecureLink.Keys;

    /// <summary>What a path asks for.</summary>
    /// <param name="path">The decoded path, without a slash in front: a grant and a key, or the key of artwork.</param>
    /// <param name="address">Where the request comes from.</param>
    /// <param name="key">The object, when the status is 200.</param>
    /// <returns>200; 403 for a grant that is altered, of another path or another address, and for any other path; 410 for an expired one.</returns>
    public int Judge(string path, IPAddress? address, out StorageKey? key)
    {
        if (IsKey(path, out key) && Artwork().IsMatch(key.Value))
        {
            return StatusCodes.Status200OK;
        }

        var match = Grant().Match(path);
        if (!match.Success || !IsKey(match.Groups["key"].Value, out key) || !key.Value.StartsWith("hls/", StringComparison.Ordinal))
        {
            return StatusCodes.Status403Forbidden;
        }

        var prefix = PrefixOf(key.Value, match.Groups["depth"].Value[0] - '0');
        return prefix is null || !IsSigned(match.Groups, prefix, address) ? StatusCodes.Status403Forbidden
            : long.Parse(match.Groups["expiry"].Value, CultureInfo.InvariantCulture) < time.GetUtcNow().ToUnixTimeSeconds() ? StatusCodes.Status410Gone
            : StatusCodes.Status200OK;
    }

    private bool IsSigned(GroupCollection grant, string prefix, IPAddress? address)
    {
        if (!_secrets.TryGetValue(grant["id"].Value, out var secret))
        {
            return false;
        }

        var scope = grant["scope"].Value;
        var bound = scope is "ip" ? address?.ToString() ?? "" : "";
        var expected = SecureLinkSigner.Hash(grant["expiry"].Value, scope, bound, prefix, secret);
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(grant["hash"].Value));
    }

    private static string? PrefixOf(string key, int depth)
    {
        var segments = key.Split('/');
        return segments.Length > depth ? $"{string.Join('/', segments[..depth])}/" : null;
    }

    private static bool IsKey(string text, [NotNullWhen(true)] out StorageKey? key) => StorageKey.TryParse(text, out key);

    [GeneratedRegex(
        @"^(?<id>[A-Za-z0-9]{1,16})\.(?<expiry>[0-9]{1,12})\.(?<scope>ip|any)\.(?<depth>[234])\.(?<hash>[A-Za-z0-9_-]{22})/(?<key>.+)\z",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Grant();

    [GeneratedRegex(@"^artwork/.+\.(jpe?g|png|webp|avif)\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Artwork();
}
