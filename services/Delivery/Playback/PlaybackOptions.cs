namespace MoviesNow.Delivery.Playback;

/// <summary>Which CDN checks grants, and how long they work; configuration section <c>Delivery:Playback</c>.</summary>
internal sealed class PlaybackOptions
{
    public const string Section = "Delivery:Playback";

    /// <summary>In which form grants are; with <see cref="PlaybackProtection.None"/> nothing can be played.</summary>
    public PlaybackProtection Protection { get; set; }

    /// <summary>
    /// Where players reach the CDN: an absolute http or https URL that ends in <c>/</c>, without query; what follows is the grant, where
    /// it is a segment of the path, and the key in the bucket. Required with a protection.
    /// </summary>
    public string CdnUrl { get; set; } = "";

    /// <summary>Where players reach this service's endpoint <c>http</c>: as <see cref="CdnUrl"/>. Required with a protection.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>
    /// Keys of playlist URLs and renewal tokens (HMAC-SHA256): base64 of at least 32 bytes each, the same on every replica. The first signs,
    /// all verify. Required with a protection.
    /// </summary>
    public IList<string> TicketKeys { get; } = [];

    /// <summary>The least that is granted, in seconds.</summary>
    public int MinTtlSeconds { get; set; } = 60;

    /// <summary>The most that is granted, in seconds; at most a day.</summary>
    public int MaxTtlSeconds { get; set; } = 3_600;

    /// <summary>What is granted when nothing is asked, in seconds.</summary>
    public int DefaultTtlSeconds { get; set; } = 600;

    /// <summary>
    /// How long a session may be renewed, in seconds; at most a day, which is how long the objects of a superseded package stay
    /// (<c>Upload:Packages:SupersededRetention</c>).
    /// </summary>
    public int MaxSessionSeconds { get; set; } = 43_200;

    /// <summary>
    /// Whether a grant works from the viewer's address only. Viewers who change networks must renew, and so must those who reach this service
    /// by IPv6 and the CDN by IPv4.
    /// </summary>
    public bool BindAddress { get; set; }

    /// <summary>
    /// Whether this service stands in for the CDN, below <c>/media/</c> of its endpoint <c>http</c>. In Development and with
    /// <see cref="PlaybackProtection.SecureLink"/> only.
    /// </summary>
    public bool DevelopmentOrigin { get; set; }

    /// <summary>Settings of <see cref="PlaybackProtection.SecureLink"/>.</summary>
    public SecureLinkOptions SecureLink { get; } = new();

    /// <summary>Settings of <see cref="PlaybackProtection.CloudFront"/>.</summary>
    public CloudFrontOptions CloudFront { get; } = new();

    /// <summary>Settings of <see cref="PlaybackProtection.CommonAccessToken"/>.</summary>
    public CommonAccessTokenOptions CommonAccessToken { get; } = new();
}

/// <summary>Forms of grants.</summary>
internal enum PlaybackProtection
{
    /// <summary>None: playback is refused.</summary>
    None,

    /// <summary>nginx with <c>secure_link_md5</c>.</summary>
    SecureLink,

    /// <summary>Amazon CloudFront with a custom policy.</summary>
    CloudFront,

    /// <summary>A CDN that checks Common Access Tokens (CTA-5007).</summary>
    CommonAccessToken,
}

/// <summary>What nginx checks; the same keys are in its configuration.</summary>
internal sealed class SecureLinkOptions
{
    /// <summary>Id of the key that signs; one of <see cref="Keys"/>.</summary>
    public string SigningKeyId { get; set; } = "";

    /// <summary>Secrets by id: an id has 1 to 16 characters of <c>[A-Za-z0-9]</c>, a secret 32 to 128 of <c>[A-Za-z0-9-_]</c>.</summary>
    public IDictionary<string, string> Keys { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>The key pair of a CloudFront key group.</summary>
internal sealed class CloudFrontOptions
{
    /// <summary>Id of the public key at CloudFront, such as <c>K2JCJMDEHXQW5F</c>.</summary>
    public string KeyPairId { get; set; } = "";

    /// <summary>The private key: RSA of 2,048 bits (all that CloudFront takes), PEM.</summary>
    public string PrivateKey { get; set; } = "";

    /// <summary>
    /// The domain that this service and the CDN have in common, such as <c>example.com</c>: then the answer with the playlist also sets the
    /// cookies. Empty: clients set the cookies that they are told.
    /// </summary>
    public string CookieDomain { get; set; } = "";
}

/// <summary>How Common Access Tokens are signed.</summary>
internal sealed class CommonAccessTokenOptions
{
    /// <summary><c>ES256</c> (ECDSA with P-256: the CDN needs the public key only) or <c>HS256</c> (HMAC-SHA256).</summary>
    public string Algorithm { get; set; } = "ES256";

    /// <summary>The claim <c>iss</c>, as the CDN expects it.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>Id of the key that signs; one of <see cref="Keys"/>.</summary>
    public string SigningKeyId { get; set; } = "";

    /// <summary>
    /// Keys by id (1 to 32 visible characters of ASCII): for ES256 a private key (PEM), for HS256 base64 of at least 32 bytes. Several, so that
    /// the next one can be handed out before it signs.
    /// </summary>
    public IDictionary<string, string> Keys { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
