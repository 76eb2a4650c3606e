namespace MoviesNow.AppHost.Local;

/// <summary>Secrets of this checkout as parameters, which the dashboard masks. They are made at the first start and readable by their owner only.</summary>
/// <param name="SigningKey">Signs development tokens (HS256), base64.</param>
/// <param name="SessionTokenKey">Signs playback sessions, base64.</param>
/// <param name="IpSalt">Salts hashed addresses, base64.</param>
/// <param name="StorageSecretKey">Secret of the embedded S3 endpoint.</param>
internal sealed record LocalSecrets(
    IResourceBuilder<ParameterResource> SigningKey,
    IResourceBuilder<ParameterResource> SessionTokenKey,
    IResourceBuilder<ParameterResource> IpSalt,
    IResourceBuilder<ParameterResource> StorageSecretKey)
{
    /// <summary>Reads the secrets, or makes them. A deployment asks for its own.</summary>
    public static LocalSecrets AddParameters(IDistributedApplicationBuilder builder, LocalHome home)
    {
        var values = home.LoadOrCreate("secrets.json", () => new Values(LocalHome.NewKey(), LocalHome.NewKey(), LocalHome.NewKey(), LocalHome.NewToken()));
        return new LocalSecrets(
            Secret("signing-key", values.SigningKey),
            Secret("session-token-key", values.SessionTokenKey),
            Secret("ip-salt", values.IpSalt),
            Secret("storage-secret-key", values.StorageSecretKey));

        IResourceBuilder<ParameterResource> Secret(string name, string value) => builder.AddParameter(name, value, publishValueAsDefault: false, secret: true);
    }

    private sealed record Values(string SigningKey, string SessionTokenKey, string IpSalt, string StorageSecretKey);
}
