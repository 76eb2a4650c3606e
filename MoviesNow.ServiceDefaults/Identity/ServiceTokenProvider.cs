using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MoviesNow.ServiceDefaults.Identity;

/// <summary>The token with which this service calls others.</summary>
public interface IServiceTokenProvider
{
    /// <summary>A token that is valid for at least a minute.</summary>
    /// <exception cref="InvalidOperationException">Neither a local key nor a token file is configured.</exception>
    ValueTask<string> GetTokenAsync(CancellationToken cancellationToken);
}

/// <summary>Mints the token with the local key, or reads it from a file that the platform renews.</summary>
internal sealed class ServiceTokenProvider(IOptions<AuthOptions> options, IHostEnvironment environment, TimeProvider time) : IServiceTokenProvider
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(5);

    private MintedToken? _minted;

    public async ValueTask<string> GetTokenAsync(CancellationToken cancellationToken)
    {
        if (options.Value.LocalSigningKey.Length > 0)
        {
            return Mint(time.GetUtcNow());
        }

        if (options.Value.ServiceTokenFile.Length > 0)
        {
            return (await File.ReadAllTextAsync(options.Value.ServiceTokenFile, cancellationToken)).Trim();
        }

        throw new InvalidOperationException("Auth:ServiceTokenFile must be set to call other services with tokens of an authority.");
    }

    private string Mint(DateTimeOffset now)
    {
        if (_minted is { } minted && minted.ExpireTime - RenewBefore > now)
        {
            return minted.Token;
        }

        var subject = environment.ApplicationName.ToLowerInvariant();
        var token = LocalTokens.Mint(options.Value.LocalSigningKey, options.Value.Audience, subject, ["service"], [], now, Lifetime);
        _minted = new MintedToken(token, now + Lifetime);
        return token;
    }

    private sealed record MintedToken(string Token, DateTimeOffset ExpireTime);
}
