using System.Runtime.CompilerServices;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Transfer;

/// <summary>The parts of multipart uploads: which are missing, and the requests that send them.</summary>
/// <remarks>
/// Uploads are created without <c>part_checksums</c>. With it the client would hash each byte twice (SHA-256 makes 1.2 GB/s a core) and
/// storage once more, while the digest of the whole file finds the same damage at the end: of 2 GiB that is 1.8 s of a core on each side.
/// </remarks>
internal sealed class UploadParts(MultipartUploadService.MultipartUploadServiceClient multipart, PatientCalls calls)
{
    private const int PartsPerCall = 64;

    /// <summary>The numbers of the plan that the bucket does not have whole, ascending.</summary>
    public async Task<List<int>> MissingAsync(Upload.V1.Upload upload, CancellationToken cancellationToken)
    {
        var plan = upload.PartPlan;
        var missing = new SortedSet<int>(Enumerable.Range(1, plan.PartCount));
        var request = new ListPartsRequest { UploadId = upload.Id };
        do
        {
            var page = await calls.CallAsync(async () => await multipart.ListPartsAsync(request, cancellationToken: cancellationToken), cancellationToken);
            missing.ExceptWith(page.Parts.Where(part => part.SizeBytes == SizeOf(plan, part.PartNumber)).Select(part => part.PartNumber));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return [.. missing];
    }

    /// <summary>Bytes of a part.</summary>
    public static long SizeOf(PartPlan plan, int number) => number == plan.PartCount ? plan.LastPartSizeBytes : plan.PartSizeBytes;

    /// <summary>Parts of a file, signed in batches when their turn comes. Each is a part of the file as it was: a change ends it.</summary>
    public async IAsyncEnumerable<SignedSlice> SignAsync(
        string uploadId, SourceFile file, IEnumerable<int> numbers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var batch in numbers.Chunk(PartsPerCall))
        {
            foreach (var part in await PresignAsync(uploadId, batch, cancellationToken))
            {
                file.RequireUnchanged();
                yield return new SignedSlice(
                    new FileSlice(file.Path, part.OffsetBytes, part.SizeBytes),
                    part.Request,
                    async token => (await PresignAsync(uploadId, [part.PartNumber], token))[0].Request);
            }
        }
    }

    private async Task<IReadOnlyList<PresignedPart>> PresignAsync(string uploadId, int[] numbers, CancellationToken cancellationToken)
    {
        var request = new PresignPartsRequest { UploadId = uploadId, PartNumbers = { numbers } };
        return (await calls.CallAsync(async () => await multipart.PresignPartsAsync(request, cancellationToken: cancellationToken), cancellationToken)).Parts;
    }
}
