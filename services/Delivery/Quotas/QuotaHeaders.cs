using MoviesNow.Delivery.Policy;

namespace MoviesNow.Delivery.Quotas;

/// <summary>Metadata of an answer that tells what is left of the caller's quotas.</summary>
internal static class QuotaHeaders
{
    /// <summary>Seconds until quotas renew.</summary>
    public const string Reset = "quota-reset-seconds";

    public static string NameOf(QuotaKind kind) => kind is QuotaKind.Bundles ? "quota-bundles-remaining" : "quota-downloads-remaining";
}
