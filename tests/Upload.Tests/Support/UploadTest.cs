using System.Net;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;

namespace UploadTests.Support;

/// <summary>What tests of uploads have in common.</summary>
public abstract class UploadTest(SharedSystem shared)
{
    private protected UploadSystem System => shared.System;

    /// <summary>A bundle whose ZIP is in the bucket, and was not finalized.</summary>
    private protected async Task<CreateBundleResponse> CreateAndSendAsync(string titleId, Content declared, Content? sent = null)
    {
        // A test before this one may have broken connections that are found out only when they are used.
        var created = await Eventually.SucceedsAsync(() => System.Bundles().CreateBundleAsync(Requests.Season(titleId, declared)).ResponseAsync);
        using var answer = await System.SendAsync(created.Put, (sent ?? declared).Bytes);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return created;
    }

    /// <summary>Sends what a request is for, and storage takes it.</summary>
    private protected async Task SendOkAsync(MoviesNow.Upload.V1.PresignedRequest put, Content content)
    {
        using var answer = await System.SendAsync(put, content.Bytes);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Sends some parts; their ETags by number.</summary>
    private protected async Task<IReadOnlyList<UploadedPart>> SendPartsAsync(Upload upload, Content content, params int[] numbers)
    {
        var asked = new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { numbers } };
        var presigned = await System.Multipart().PresignPartsAsync(asked);
        return await SendAsync(presigned.Parts, content);
    }

    private protected async Task<IReadOnlyList<UploadedPart>> SendAsync(IEnumerable<PresignedPart> parts, Content content)
    {
        var sent = new List<UploadedPart>();
        foreach (var part in parts)
        {
            using var answer = await System.SendAsync(part.Request, content.Part(part.OffsetBytes, part.SizeBytes));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            sent.Add(new UploadedPart { PartNumber = part.PartNumber, Etag = answer.Headers.ETag!.Tag });
        }

        return sent;
    }
}
