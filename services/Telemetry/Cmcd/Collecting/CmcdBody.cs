namespace MoviesNow.Telemetry.Cmcd;

/// <summary>How reports came.</summary>
internal enum CmcdForm
{
    /// <summary>In the query argument.</summary>
    Query,

    /// <summary>In headers.</summary>
    Headers,

    /// <summary>A report a line of the body.</summary>
    Lines,

    /// <summary>A JSON body.</summary>
    Json,
}

/// <summary>What a request brought.</summary>
/// <param name="Form">How.</param>
/// <param name="Reports">The reports; empty when there was none, or when the request is refused.</param>
/// <param name="Refusal">The status of a request that cannot be read; 0 for one that can.</param>
internal sealed record CmcdBody(CmcdForm Form, IReadOnlyList<CmcdReport> Reports, int Refusal = 0);
