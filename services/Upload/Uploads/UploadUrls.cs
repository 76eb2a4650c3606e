using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using MoviesNow.Storage;
using MoviesNow.Upload.V1;
using PresignedRequest = MoviesNow.Upload.V1.PresignedRequest;

namespace MoviesNow.Upload.Uploads;

/// <summary>Signs the requests that clients send to the bucket, never for longer than the session lasts.</summary>
internal sealed class UploadUrls(S3Presigner presigner, UploadHeaders headers, IOptions<UploadOptions> options, TimeProvider time)
{
    /// <summary>The single PUT of a pending session.</summary>
    public PresignedRequest Put(UploadSession session) =>
        Message(presigner.Put(session.Key, LifetimeOf(session), headers.ConditionsOf(session)));

    /// <summary>The single PUT of a session; null when it is sent in parts, or nothing can be sent any more.</summary>
    public PresignedRequest? PutOrNull(UploadSession session) =>
        session.IsMultipart || SessionRules.Refusal(session, time.GetUtcNow()) is not null ? null : Put(session);

    /// <summary>The upload of one part of a pending session's plan.</summary>
    /// <param name="session">The session.</param>
    /// <param name="number">The part.</param>
    /// <param name="sha256">Its digest, where the session has them.</param>
    public PresignedPart Part(UploadSession session, int number, Sha256Digest? sha256)
    {
        var (plan, uploadId) = (session.Parts!, session.StorageUploadId!);
        var conditions = headers.ConditionsOf(session, plan.SizeOf(number), sha256);
        return new PresignedPart
        {
            PartNumber = number,
            OffsetBytes = plan.OffsetOf(number),
            SizeBytes = plan.SizeOf(number),
            Request = Message(presigner.UploadPart(session.Key, uploadId, number, LifetimeOf(session), conditions)),
        };
    }

    /// <summary>A missing part with its request, which has to be asked for where digests are to be signed.</summary>
    public PresignedPart MissingPart(UploadSession session, int number)
    {
        if (!session.PartChecksums)
        {
            return Part(session, number, sha256: null);
        }

        return new PresignedPart { PartNumber = number, OffsetBytes = session.Parts!.OffsetOf(number), SizeBytes = session.Parts.SizeOf(number) };
    }

    private TimeSpan LifetimeOf(UploadSession session)
    {
        var left = session.Deadline - time.GetUtcNow();
        return left < S3Presigner.MinLifetime ? S3Presigner.MinLifetime
            : left < options.Value.UrlLifetime ? left
            : options.Value.UrlLifetime;
    }

    private static PresignedRequest Message(Storage.PresignedRequest signed)
    {
        var message = new PresignedRequest { Method = signed.Method, Url = signed.Url, ExpireTime = Timestamp.FromDateTimeOffset(signed.ExpiresAt) };
        foreach (var (name, value) in signed.Headers)
        {
            message.Headers.Add(name, value);
        }

        return message;
    }
}
