using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.V1;
using MoviesNow.Catalog.Validation.Objects;
using MoviesNow.Catalog.Validation.Rows;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Catalog.Validation;

/// <summary>Examines the media of a title as deep as asked, and changes nothing.</summary>
/// <param name="media">The rows.</param>
/// <param name="tiers">What must be streamed.</param>
/// <param name="objects">The bucket; null when the deployment gave the service none.</param>
internal sealed class MediaValidator(MediaStore media, QualityTiers tiers, ObjectExamination? objects = null)
{
    /// <exception cref="Grpc.Core.RpcException">There is no such title, or no bucket to look into.</exception>
    public async Task<ValidateMediaResponse> ValidateAsync(Guid titleId, ValidationDepth depth, CancellationToken cancellationToken)
    {
        if (depth is ValidationDepth.Objects && objects is null)
        {
            throw RpcErrors.Of(ErrorReason.StorageNotConfigured);
        }

        var rows = await media.ReadAsync(titleId, cancellationToken) ?? throw RpcErrors.Of(ErrorReason.TitleNotFound);
        var findings = RowExamination.Examine(rows, tiers);
        if (depth is ValidationDepth.Objects)
        {
            await objects!.ExamineAsync(rows, findings, cancellationToken);
        }

        return new()
        {
            Findings = { findings.WorstFirst() },
            Truncated = findings.IsIncomplete || findings.Count > Findings.MaxCount,
        };
    }
}
