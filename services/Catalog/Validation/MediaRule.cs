using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Validation;

/// <summary>A rule of media. The ids are part of the contract and never change their meaning; <c>docs/media-rules.md</c> explains them all.</summary>
/// <param name="Id">Stable id, such as <c>LADDER_TIER_MISSING</c>.</param>
/// <param name="Severity">How bad it is to break it.</param>
/// <param name="Clause">What it stands on, such as <c>RFC 8216bis 4.4.3.1</c>; empty for a rule of our own.</param>
internal sealed record MediaRule(string Id, FindingSeverity Severity, string Clause)
{
    /// <summary>Does not play, or must not be published.</summary>
    public static MediaRule Error(string id, string clause = "") => new(id, FindingSeverity.Error, clause);

    /// <summary>Plays, but not well everywhere.</summary>
    public static MediaRule Warning(string id, string clause = "") => new(id, FindingSeverity.Warning, clause);

    /// <summary>Worth knowing.</summary>
    public static MediaRule Info(string id, string clause = "") => new(id, FindingSeverity.Info, clause);
}
