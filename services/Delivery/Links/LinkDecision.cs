using System.Diagnostics;
using MoviesNow.Common.V1;

namespace MoviesNow.Delivery.Links;

/// <summary>
/// Whether a link is given: policy, row, availability, token, quota, object. The first that says no decides and gives the one reason; docs/links.md has all
/// combinations. What is hidden has the same reason as what is missing.
/// </summary>
internal static class LinkDecision
{
    /// <summary>Why there is no link; null when there is one.</summary>
    /// <exception cref="UnreachableException">A stage was not asked.</exception>
    public static ErrorReason? Refusal(LinkFacts facts) =>
        Of(facts.Policy) ?? Of(facts.Row) ?? Of(facts.Availability) ?? Of(facts.Token) ?? Of(facts.Quota) ?? Of(facts.Object);

    public static ErrorReason? Of(PolicyFact fact) => fact switch
    {
        PolicyFact.Allowed => null,
        PolicyFact.NotAllowed => ErrorReason.KeyNotAllowed,
        _ => throw NotAsked(),
    };

    public static ErrorReason? Of(RowFact fact) => fact switch
    {
        RowFact.Deliverable => null,
        RowFact.Missing or RowFact.Hidden or RowFact.Expired => ErrorReason.BundleNotFound,
        RowFact.NoTitle => ErrorReason.TitleNotFound,
        RowFact.NoEpisode => ErrorReason.EpisodeNotFound,
        _ => throw NotAsked(),
    };

    public static ErrorReason? Of(AvailabilityFact fact) => fact switch
    {
        AvailabilityFact.Available => null,
        AvailabilityFact.NotAvailable => ErrorReason.NotAvailable,
        _ => throw NotAsked(),
    };

    public static ErrorReason? Of(TokenFact fact) => fact switch
    {
        TokenFact.NotNeeded or TokenFact.Unspent or TokenFact.Granted => null,
        TokenFact.Missing => ErrorReason.TokenRequired,
        TokenFact.Invalid => ErrorReason.TokenInvalid,
        TokenFact.OtherKey => ErrorReason.TokenKeyMismatch,
        _ => throw NotAsked(),
    };

    public static ErrorReason? Of(QuotaFact fact) => fact switch
    {
        QuotaFact.NotCounted or QuotaFact.Left => null,
        QuotaFact.UsedUp => ErrorReason.QuotaExceeded,
        _ => throw NotAsked(),
    };

    public static ErrorReason? Of(ObjectFact fact) => fact switch
    {
        ObjectFact.Verified => null,
        ObjectFact.Missing => ErrorReason.ObjectNotFound,
        ObjectFact.Changed => ErrorReason.ObjectChanged,
        _ => throw NotAsked(),
    };

    private static UnreachableException NotAsked() => new("A stage of the decision was left out.");
}
