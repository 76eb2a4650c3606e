using System.Globalization;
using Google.Protobuf.Collections;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Multipart;

/// <summary>The parts of multipart uploads.</summary>
internal sealed class MultipartGrpcService(
    UploadStore store, IObjectStore objects, StorageUploads uploads, UploadFinalizer finalizer, UploadUrls urls, TimeProvider time)
    : MultipartUploadService.MultipartUploadServiceBase
{
    private const int MaxBatch = 1_000;

    public override async Task<PresignPartsResponse> PresignParts(PresignPartsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("upload_id", request.UploadId);
        check.Require(request.PartNumbers.Count is >= 1 and <= MaxBatch, "part_numbers", "must have 1 to 1,000 numbers");
        check.Require(request.PartNumbers.Distinct().Count() == request.PartNumbers.Count, "part_numbers", "must not have duplicates");
        check.ThrowIfInvalid();

        var found = await uploads.RequireAsync(id, context.CancellationToken);
        var session = found.Session!;
        SessionRules.RequirePending(session, time.GetUtcNow());
        check.Require(request.PartNumbers.All(session.Parts!.Has), "part_numbers", $"must be 1 to {session.Parts.Count}");
        var digests = PartDigests.Read(check, session, request);
        check.ThrowIfInvalid();

        session = await uploads.RequirePendingAsync(found, time.GetUtcNow(), context.CancellationToken);
        Failpoints.Reach(Failpoint.PartsChecked);
        return new PresignPartsResponse
        {
            Parts = { request.PartNumbers.Select(number => urls.Part(session, number, digests.GetValueOrDefault(number))) },
            Attempt = session.VisibleAttempt,
        };
    }

    public override async Task<ListPartsResponse> ListParts(ListPartsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("upload_id", request.UploadId);
        var size = PageToken.Size(check, request.PageSize, MaxBatch, MaxBatch);
        check.ThrowIfInvalid();
        var after = PageToken.Read(request, request.PageToken, cursorLength: 1) is [var cursor] ? Number(cursor) : 0;

        var found = await uploads.RequireAsync(id, context.CancellationToken);
        var session = await uploads.RequirePendingAsync(found, time.GetUtcNow(), context.CancellationToken);
        var stored = await objects.ListPartsAsync(session.Key, session.StorageUploadId!, context.CancellationToken) ?? [];
        var page = stored.Where(part => part.Number > after).OrderBy(part => part.Number).Take(size + 1).ToList();
        var response = new ListPartsResponse { Parts = { page.Take(size).Select(ToMessage) }, Attempt = session.VisibleAttempt };
        response.NextPageToken = page.Count > size ? PageToken.Next(request, page[size - 1].Number.ToString(CultureInfo.InvariantCulture)) : "";
        return response;
    }

    public override async Task<CompleteMultipartUploadResponse> CompleteMultipartUpload(
        CompleteMultipartUploadRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Id("upload_id", request.UploadId);
        CheckParts(check, request.Parts);
        check.ThrowIfInvalid();
        var session = await RequireAsync(request.UploadId, context);
        var completed = await finalizer.FinalizeAsync(session, request.Parts, context.CancellationToken);
        return new CompleteMultipartUploadResponse { Upload = completed.ToMessage(), AssetId = completed.AssetId?.ToString() ?? "" };
    }

    private static void CheckParts(RequestCheck check, RepeatedField<UploadedPart> parts)
    {
        check.Require(parts.Count <= PartLayout.MaxParts, "parts", "must have at most 10,000 parts");
        var seen = new HashSet<int>();
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            check.Range($"parts[{i}].part_number", part.PartNumber, 1, PartLayout.MaxParts);
            check.Require(seen.Add(part.PartNumber), $"parts[{i}].part_number", "must not be a duplicate");
            check.Opaque($"parts[{i}].etag", part.Etag, maxLength: 128, required: true);
            check.Require(part.SizeBytes >= 0, $"parts[{i}].size_bytes", "must not be negative");
        }
    }

    private async Task<UploadSession> RequireAsync(string uploadId, ServerCallContext context)
    {
        var session = await store.RequireAsync(uploadId, context);
        return session.IsMultipart ? session : throw SessionRules.InvalidState(session);
    }

    private static int Number(string cursor) =>
        int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw RpcErrors.Of(ErrorReason.InvalidPageToken);

    private static UploadedPart ToMessage(StoredPart part) => new() { PartNumber = part.Number, Etag = part.ETag, SizeBytes = part.Size };
}
