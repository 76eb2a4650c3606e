namespace MoviesNow.AppHost.Local;

/// <summary>Secrets of this checkout as parameters, which the dashboard masks. They are made at the first start and readable by their owner only.</summary>
/// <param name="SigningKey">Signs development tokens (HS256), base64.</param>
/// <param name="SessionTokenKey">Signs playback sessions, base64.</param>
/// <param name="IpSalt">Salts hashed addresses, base64.</param>
/// <param name="StorageSecretKey">Secret of the embedded S3 endpoint.</param>
/// <param name="PlaybackTicketKey">Signs playlist URLs and renewal tokens, base64.</param>
/// <param name="GrantKey">Delivery and the CDN share it, to sign and to check grants; hexadecimal.</param>
internal sealed record LocalSecrets(
    IResourceBuilder<ParameterResource> SigningKey,
    IResourceBuilder<ParameterResource> SessionTokenKey,
    IResourceBuilder<ParameterResource> IpSalt,
    IResourceBuilder<ParameterResource> StorageSecretKey,
    IResourceBuilder<ParameterResource> PlaybackTicketKey,
    IResourceBuilder<ParameterResource> GrantKey)
{
    private const string File = "secrets.json";

    /// <summary>Reads the secrets, or makes them, and those that a file of an earlier version lacks. A deployment asks for its own.</summary>
    public static LocalSecrets AddParameters(IDistributedApplicationBuilder builder, LocalHome home)
    {
        var read = home.LoadOrCreate(File, () => new Values().Completed());
        var values = read.Completed();
        if (values != read)
        {
            home.Save(File, values);
        }

        return new LocalSecrets(
            Secret("signing-key", values.SigningKey),
            Secret("session-token-key", values.SessionTokenKey),
            Secret("ip-salt", values.IpSalt),
            Secret("storage-secret-key", values.StorageSecretKey),
            Secret("playback-ticket-key", values.PlaybackTicketKey),
            Secret("grant-key", values.GrantKey));

        IResourceBuilder<ParameterResource> Secret(string name, string? value) => builder.AddParameter(name, value!, publishValueAsDefault: false, secret: true);
    }

    private sealed record Values(
        string? SigningKey = null,
        string? SessionTokenKey = null,
        string? IpSalt = null,
        string? StorageSecretKey = null,
        string? PlaybackTicketKey = null,
        string? GrantKey = null)
    {
        public Values Completed() => new(
            SigningKey ?? LocalHome.NewKey(),
            SessionTokenKey ?? LocalHome.NewKey(),
            IpSalt ?? LocalHome.NewKey(),
            StorageSecretKey ?? LocalHome.NewToken(),
            PlaybackTicketKey ?? LocalHome.NewKey(),
            GrantKey ?? LocalHome.NewToken());
    }
}
