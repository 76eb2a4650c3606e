using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace MoviesNow.ServiceDefaults.Identity;

/// <summary>The API keys that public callers may send. Hashes are compared, in constant time and against every key.</summary>
internal sealed class ApiKeys(IOptions<AuthOptions> options)
{
    public const string Header = "x-api-key";

    private readonly byte[][] _hashes = [.. options.Value.ApiKeys.Select(key => SHA256.HashData(Encoding.UTF8.GetBytes(key)))];

    /// <summary>True when keys are configured.</summary>
    public bool AreRequired => _hashes.Length > 0;

    /// <summary>The key that a call carries. Read from HTTP's headers, for gRPC's would all be copied for it.</summary>
    public static string? SentWith(HttpContext context) => context.Request.Headers[Header];

    public bool Accepts(string? key)
    {
        if (!AreRequired)
        {
            return true;
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key ?? ""));
        var found = false;
        foreach (var known in _hashes)
        {
            found |= CryptographicOperations.FixedTimeEquals(hash, known);
        }

        return found;
    }
}
