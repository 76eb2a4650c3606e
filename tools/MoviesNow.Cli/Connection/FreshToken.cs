using MoviesNow.Cli.Tokens;

namespace MoviesNow.Cli.Connection;

/// <summary>A token that is always valid for a while yet: an upload may take longer than one lasts.</summary>
internal sealed class FreshToken(DevelopmentIdentity identity, string signingKey, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private string _token = "";
    private DateTimeOffset _renewAt;

    public string Get()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now >= _renewAt)
            {
                (_token, _renewAt) = (identity.Mint(signingKey, now, Lifetime), now + (Lifetime / 2));
            }

            return _token;
        }
    }
}
