using Google.Protobuf.WellKnownTypes;
using MoviesNow.Storage;
using MoviesNow.Upload.V1;
using UploadMessage = MoviesNow.Upload.V1.Upload;

namespace MoviesNow.Upload.Uploads;

/// <summary>Sessions as the contract words them.</summary>
internal static class UploadMessages
{
    public static UploadMessage ToMessage(this UploadSession session) => new()
    {
        Id = session.Id.ToString(),
        Owner = session.Owner,
        Target = new UploadTarget
        {
            Purpose = session.Purpose,
            TitleId = session.TitleId.ToString(),
            EpisodeId = session.EpisodeId?.ToString() ?? "",
            BundleId = session.BundleId?.ToString() ?? "",
            AssetKind = session.AssetKind,
            Language = session.Language,
        },
        StorageKey = session.Key.Value,
        FileName = session.FileName,
        SizeBytes = session.Size,
        ContentType = session.ContentType,
        Sha256 = session.Sha256.Hex,
        Method = session.Method,
        PartPlan = session.Parts is { } plan
            ? new PartPlan { PartSizeBytes = plan.PartSize, PartCount = plan.Count, LastPartSizeBytes = plan.LastPartSize }
            : null,
        State = SessionRules.Visible(session),
        Deadline = Timestamp.FromDateTimeOffset(session.Deadline),
        Encryption = session.Encryption switch
        {
            EncryptionMode.Managed => ServerSideEncryption.S3,
            EncryptionMode.Kms => ServerSideEncryption.Kms,
            _ => ServerSideEncryption.Unspecified,
        },
        StorageEtag = session.State is SessionState.Completed ? session.StorageETag : "",
        CreateTime = Timestamp.FromDateTimeOffset(session.CreatedAt),
        UpdateTime = Timestamp.FromDateTimeOffset(session.UpdatedAt),
        Attempt = session.VisibleAttempt,
        LastProblem = session.Problem is { } problem
            ? new UploadProblem { Reason = problem.Reason, Detail = problem.Detail, FindTime = Timestamp.FromDateTimeOffset(problem.FoundAt) }
            : null,
        PartChecksums = session.PartChecksums,
    };
}
