using System.Security.Cryptography;
using System.Text.Json;

namespace MoviesNow.AppHost;

/// <summary>Secrets of this checkout, made at the first start and readable by its owner only.</summary>
/// <param name="SigningKey">Signs development tokens (HS256), base64.</param>
/// <param name="SessionTokenKey">Signs playback sessions, base64.</param>
/// <param name="IpSalt">Salts hashed addresses, base64.</param>
/// <param name="StorageAccessKey">Access key of the embedded S3 endpoint.</param>
/// <param name="StorageSecretKey">Secret of the embedded S3 endpoint.</param>
internal sealed record LocalSecrets(string SigningKey, string SessionTokenKey, string IpSalt, string StorageAccessKey, string StorageSecretKey)
{
    /// <summary>Reads the secrets, or makes them.</summary>
    public static LocalSecrets LoadOrCreate(LocalHome home)
    {
        var file = home.PathOf("secrets.json");
        if (File.Exists(file))
        {
            return JsonSerializer.Deserialize<LocalSecrets>(File.ReadAllText(file), JsonSerializerOptions.Web)
                ?? throw new DistributedApplicationException($"{file} is empty. Remove it, or start with --fresh.");
        }

        var secrets = new LocalSecrets(NewKey(), NewKey(), NewKey(), "moviesnow", RandomNumberGenerator.GetHexString(40, lowercase: true));
        OwnerOnlyFile.Write(file, JsonSerializer.Serialize(secrets, JsonSerializerOptions.Web));
        return secrets;
    }

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
