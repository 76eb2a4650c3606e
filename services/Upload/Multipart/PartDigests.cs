using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Multipart;

/// <summary>The digests of parts that a caller names to have them signed.</summary>
internal static class PartDigests
{
    private const string Field = "part_sha256";

    /// <summary>The digests by part number: one for every number asked when the session was created so, else none.</summary>
    public static Dictionary<int, Sha256Digest> Read(RequestCheck check, UploadSession session, PresignPartsRequest request)
    {
        var digests = new Dictionary<int, Sha256Digest>();
        foreach (var (number, hex) in request.PartSha256)
        {
            check.Sha256($"{Field}[{number}]", hex);
            if (Sha256Digest.TryParseHex(hex, out var digest))
            {
                digests[number] = digest;
            }
        }

        if (!session.PartChecksums)
        {
            check.Require(request.PartSha256.Count == 0, Field, "is for uploads that were created with part_checksums only");
            return digests;
        }

        var asked = request.PartNumbers.ToHashSet();
        check.Require(asked.SetEquals(request.PartSha256.Keys), Field, "must have one digest for each of part_numbers");
        return digests;
    }
}
