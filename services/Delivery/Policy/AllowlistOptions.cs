namespace MoviesNow.Delivery.Policy;

/// <summary>What may be downloaded beyond bundles, extras and manifests; configuration section <c>Delivery:Allowlist</c>. docs/policy.md explains it.</summary>
internal sealed class AllowlistOptions
{
    public const string Section = "Delivery:Allowlist";

    /// <summary>The entries, by a name for logs and messages.</summary>
    public IDictionary<string, AllowlistEntryOptions> Entries { get; } = new Dictionary<string, AllowlistEntryOptions>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>A folder whose files may be downloaded.</summary>
internal sealed class AllowlistEntryOptions
{
    /// <summary>The folder, such as <c>downloads/{title_id}/[{episode_id}/]trailers/</c>. What lies deeper is not allowed.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>The media type of each extension that is allowed, such as <c>mp4</c>: <c>video/mp4</c>. Links answer with that type, whatever was uploaded.</summary>
    public IDictionary<string, string> ContentTypes { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>True when the key must be that of a published bundle. False: the title must be published, and available to the caller.</summary>
    public bool RequiresBundle { get; set; }

    /// <summary>True, the default, when a link costs a one-time token. Bundles say so themselves.</summary>
    public bool RequiresToken { get; set; } = true;
}
