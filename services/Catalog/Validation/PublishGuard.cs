using Microsoft.Extensions.Options;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.V1;
using MoviesNow.Catalog.Validation.Rows;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Catalog.Validation;

/// <summary>Examines the rows of a title before it is published.</summary>
/// <remarks>
/// The rows are read before the title moves, and not locked: media that changes in between is published as it then is. Nothing becomes
/// unplayable by that which was not recorded so; <c>ValidateMedia</c> tells at any time.
/// </remarks>
internal sealed class PublishGuard(MediaStore media, QualityTiers tiers, IOptions<PublishingOptions> options)
{
    /// <summary>The most findings of an answer: the answers of repeatable calls are kept, and have to be small.</summary>
    public const int MaxFindings = 200;

    private const string Rule = "rule";

    /// <summary>What is found. A title that is published already is never refused, and one that is not there has no findings.</summary>
    /// <exception cref="Grpc.Core.RpcException">MEDIA_INVALID, or ETAG_MISMATCH when another version is meant than the one with the errors.</exception>
    public async Task<IEnumerable<MediaFinding>> ExamineAsync(Guid titleId, string etag, CancellationToken cancellationToken)
    {
        if (await media.ReadAsync(titleId, cancellationToken) is not { } rows)
        {
            return [];
        }

        MediaFinding[] findings = [.. RowExamination.Examine(rows, tiers).WorstFirst(MaxFindings)];
        if (options.Value.Policy is MediaErrorPolicy.Refuse
            && rows.Title.State is not TitleState.Published
            && findings is [{ Severity: FindingSeverity.Error } worst, ..])
        {
            if (etag.Length > 0)
            {
                Etag.Match(rows.Title.Etag, etag);
            }

            throw RpcErrors.Of(ErrorReason.MediaInvalid, retryAfter: null, (Rule, worst.RuleId), (RpcErrors.Detail, DetailOf(worst)));
        }

        return findings;
    }

    // A clause that the error's message ends with.
    private static string DetailOf(MediaFinding finding) =>
        char.ToLowerInvariant(finding.Message[0]) + finding.Message[1..].TrimEnd('.');
}
