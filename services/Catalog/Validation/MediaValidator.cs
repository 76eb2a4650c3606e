using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.V1;
using MoviesNow.Catalog.Validation.Rows;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Catalog.Validation;

/// <summary>Examines the media of a title as deep as asked, and changes nothing.</summary>
internal sealed class MediaValidator(MediaStore media, QualityTiers tiers)
{
    /// <exception cref="Grpc.Core.RpcException">There is no such title.</exception>
    public async Task<ValidateMediaResponse> ValidateAsync(Guid titleId, ValidationDepth depth, CancellationToken cancellationToken)
    {
        var rows = await media.ReadAsync(titleId, cancellationToken) ?? throw RpcErrors.Of(ErrorReason.TitleNotFound);
        var findings = RowExamination.Examine(rows, tiers);
        if (depth is ValidationDepth.Objects)
        {
            throw RpcErrors.Of(ErrorReason.Unimplemented);
        }

        return new()
        {
            Findings = { findings.WorstFirst() },
            Truncated = findings.IsIncomplete || findings.Count > Findings.MaxCount,
        };
    }
}
