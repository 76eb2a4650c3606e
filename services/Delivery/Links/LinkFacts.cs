namespace MoviesNow.Delivery.Links;

/// <summary>
/// What the stages of a decision found out. Each begins as not asked, which never passes: a stage that was left out refuses.
/// </summary>
internal sealed record LinkFacts(PolicyFact Policy, RowFact Row, AvailabilityFact Availability, TokenFact Token, QuotaFact Quota, ObjectFact Object)
{
    public static readonly LinkFacts None = new(default, default, default, default, default, default);
}

/// <summary>Whether the key is on the list of what may be downloaded.</summary>
internal enum PolicyFact
{
    NotAsked,

    /// <summary>It is, in its one spelling.</summary>
    Allowed,

    /// <summary>It is not, or it is no key at all.</summary>
    NotAllowed,
}

/// <summary>What the catalogue's row says: that of the bundle, or of the title where no bundle is needed.</summary>
internal enum RowFact
{
    NotAsked,

    /// <summary>Published and unexpired, and its title is published.</summary>
    Deliverable,

    /// <summary>There is no such bundle.</summary>
    Missing,

    /// <summary>The bundle or its title is not published.</summary>
    Hidden,

    /// <summary>The bundle has expired.</summary>
    Expired,

    /// <summary>No bundle is needed, and the title is missing or not published.</summary>
    NoTitle,

    /// <summary>No bundle is needed, and the title has no such episode.</summary>
    NoEpisode,
}

/// <summary>Whether the title may be had now and in the caller's country.</summary>
internal enum AvailabilityFact
{
    NotAsked,
    Available,
    NotAvailable,
}

/// <summary>What the one-time token is worth.</summary>
internal enum TokenFact
{
    NotAsked,

    /// <summary>None is asked for.</summary>
    NotNeeded,

    /// <summary>It has a use left.</summary>
    Unspent,

    /// <summary>The same redemption spent a use a short time ago.</summary>
    Granted,

    /// <summary>One is asked for and the call has none.</summary>
    Missing,

    /// <summary>Spent, expired, revoked or never minted.</summary>
    Invalid,

    /// <summary>It is for another key.</summary>
    OtherKey,
}

/// <summary>Whether the caller's network has links left today.</summary>
internal enum QuotaFact
{
    NotAsked,

    /// <summary>Services and admins, and where there is no quota.</summary>
    NotCounted,
    Left,
    UsedUp,
}

/// <summary>What storage has at the key.</summary>
internal enum ObjectFact
{
    NotAsked,

    /// <summary>The object that was checked, as far as the row tells.</summary>
    Verified,
    Missing,

    /// <summary>An object of another size, ETag or checksum.</summary>
    Changed,
}
