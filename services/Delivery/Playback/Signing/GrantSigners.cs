namespace MoviesNow.Delivery.Playback.Signing;

/// <summary>The signers that configuration chooses from.</summary>
internal static class GrantSigners
{
    /// <summary>What is wrong with the settings of the chosen form; each names the setting below <see cref="PlaybackOptions.Section"/>.</summary>
    public static IEnumerable<string> Violations(PlaybackOptions options) => options.Protection switch
    {
        PlaybackProtection.SecureLink => SecureLinkSigner.Violations(options.SecureLink),
        PlaybackProtection.CloudFront => CloudFrontSigner.Violations(options.CloudFront),
        PlaybackProtection.CommonAccessToken => CommonAccessTokenSigner.Violations(options.CommonAccessToken),
        _ => [],
    };

    /// <summary>The chosen signer; null when nothing can be granted.</summary>
    public static IPlaybackGrantSigner? Create(PlaybackOptions options) => options.Protection switch
    {
        PlaybackProtection.SecureLink => new SecureLinkSigner(options.SecureLink),
        PlaybackProtection.CloudFront => new CloudFrontSigner(options.CloudFront, options.CdnUrl),
        PlaybackProtection.CommonAccessToken => new CommonAccessTokenSigner(options.CommonAccessToken, new Uri(options.CdnUrl).AbsolutePath),
        _ => null,
    };

    /// <summary>What is wrong with keys by id.</summary>
    /// <param name="section">Where they are, such as <c>SecureLink</c>.</param>
    /// <param name="signingKeyId">The one that signs.</param>
    /// <param name="keys">All of them.</param>
    /// <param name="isId">Whether an id is well-formed.</param>
    /// <param name="idRule">What an id must be.</param>
    /// <param name="keyViolation">What is wrong with a key; null for nothing. It never repeats the key.</param>
    public static IEnumerable<string> KeyViolations(
        string section, string signingKeyId, IDictionary<string, string> keys, Predicate<string> isId, string idRule, Func<string, string?> keyViolation)
    {
        if (!keys.ContainsKey(signingKeyId))
        {
            yield return $"{section}:SigningKeyId must be the id of a key of {section}:Keys.";
        }

        foreach (var (id, key) in keys)
        {
            if (!isId(id))
            {
                yield return $"{section}:Keys:{id} must have {idRule} as its id.";
            }

            if (keyViolation(key) is { } violation)
            {
                yield return $"{section}:Keys:{id} {violation}.";
            }
        }
    }
}
