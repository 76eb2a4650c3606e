using System.Security.Cryptography;
using MoviesNow.Delivery.Playback;

namespace MoviesNow.Delivery.Tests.Playback;

/// <summary>Settings of each protection.</summary>
internal static class PlaybackSettings
{
    public const string Cdn = "https://cdn.example.com/media/";
    public const string Public = "https://delivery.example.com/";
    public const string Secret = "an-example-secret-of-32-characters";
    public const string HmacKey = "bW92aWVzbm93LXRlc3QtdmVjdG9yLWtleS0wMDAwMDE=";
    public const string TicketKey = "cGxheWJhY2stdGlja2V0cy1wbGF5YmFjay10aWNrZXRzLTE=";

    public static Dictionary<string, string?> Of(PlaybackProtection protection, params (string Name, string? Value)[] more)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Protection"] = protection.ToString(),
            ["CdnUrl"] = Cdn,
            ["PublicUrl"] = Public,
            ["TicketKeys:0"] = TicketKey,
        };
        foreach (var (name, value) in FormOf(protection).Concat(more))
        {
            settings[name] = value;
        }

        return settings.ToDictionary(setting => $"{PlaybackOptions.Section}:{setting.Key}", setting => setting.Value, StringComparer.Ordinal);
    }

    public static string NewEcdsaKey(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static IEnumerable<(string Name, string? Value)> FormOf(PlaybackProtection protection) => protection switch
    {
        PlaybackProtection.SecureLink => [("SecureLink:SigningKeyId", "k1"), ("SecureLink:Keys:k1", Secret)],
        PlaybackProtection.CloudFront => [("CloudFront:KeyPairId", "K2JCJMDEHXQW5F"), ("CloudFront:PrivateKey", CloudFrontSignerTests.NewKey(2_048))],
        PlaybackProtection.CommonAccessToken =>
        [
            ("CommonAccessToken:Algorithm", "HS256"), ("CommonAccessToken:Issuer", "moviesnow"),
            ("CommonAccessToken:SigningKeyId", "hs-1"), ("CommonAccessToken:Keys:hs-1", HmacKey),
        ],
        _ => [],
    };
}
