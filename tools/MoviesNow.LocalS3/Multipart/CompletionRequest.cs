using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Xml.Linq;
using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Multipart;

/// <summary>A part as a completion names it.</summary>
internal sealed record CompletedPart(int Number, string ETag, IReadOnlyDictionary<ChecksumAlgorithm, string> Checksums);

/// <summary>The list of parts that a completion asks for, and the rules that it must keep.</summary>
internal sealed record CompletionRequest(IReadOnlyList<CompletedPart> Parts)
{
    /// <summary>What every part but the last must have.</summary>
    public const long MinPartBytes = 5L * 1024 * 1024;

    /// <exception cref="S3Exception">MalformedXML, InvalidPartOrder.</exception>
    public static CompletionRequest Parse(XElement document)
    {
        var parts = document.All("Part").Select(ParsePart).ToList();
        if (parts.Count is 0 or > UploadPart.MaxPartNumber)
            throw S3Errors.MalformedXml.Throw();
        if (parts.Zip(parts.Skip(1)).Any(pair => pair.First.Number >= pair.Second.Number))
            throw S3Errors.InvalidPartOrder.Throw();
        return new CompletionRequest(parts);
    }

    /// <summary>Finds the uploaded parts that the list names.</summary>
    /// <exception cref="S3Exception">InvalidPart, EntityTooSmall, InvalidRequest.</exception>
    public IReadOnlyList<PartRecord> Match(Upload upload)
    {
        var uploaded = Parts.Select(part => Match(upload, part)).ToList();
        if (uploaded.SkipLast(1).FirstOrDefault(part => part.Size < MinPartBytes) is { } small)
        {
            throw S3Errors.EntityTooSmall
                .With("ProposedSize", $"{small.Size}").With("MinSizeAllowed", $"{MinPartBytes}").With("PartNumber", $"{small.Number}").Throw();
        }

        return uploaded;
    }

    /// <summary>The ETag of an object of parts: the MD5 of the parts' MD5s, and how many there are.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "ETags are MD5 by the protocol; nothing is secured by it.")]
    public static string ETagOf(IEnumerable<string> partETags)
    {
        var digests = partETags.Select(Convert.FromHexString).ToList();
        return $"{Convert.ToHexStringLower(MD5.HashData(digests.SelectMany(d => d).ToArray()))}-{digests.Count}";
    }

    private static PartRecord Match(Upload upload, CompletedPart part)
    {
        var found = upload.Part(part.Number);
        if (found is null || found.ETag != part.ETag || part.Checksums.Any(c => found.Checksums.GetValueOrDefault(c.Key) != c.Value))
            throw S3Errors.InvalidPart.With("PartNumber", $"{part.Number}").Throw();
        var record = upload.Record;
        if (record is { ChecksumAsked: true, ChecksumType: ChecksumType.Composite } && !part.Checksums.ContainsKey(record.Algorithm))
        {
            throw S3Errors.InvalidRequest(
                $"The upload was created using a {record.Algorithm.Name()} checksum. The complete request must include the checksum for each part. "
                + $"It was missing for part {part.Number} in the request.").Throw();
        }

        return found;
    }

    private static CompletedPart ParsePart(XElement part)
    {
        if (!int.TryParse(part.Text("PartNumber"), out var number) || part.Text("ETag") is not { Length: > 0 } etag)
            throw S3Errors.MalformedXml.Throw();
        if (number is < 1 or > UploadPart.MaxPartNumber)
            throw S3Errors.InvalidArgument($"PartNumber must be from 1 to {UploadPart.MaxPartNumber}.").Throw();
        var checksums = ChecksumAlgorithms.All
            .Select(algorithm => (Algorithm: algorithm, Value: part.Text(algorithm.Element())))
            .Where(c => c.Value is not null)
            .ToDictionary(c => c.Algorithm, c => c.Value!.Trim());
        return new CompletedPart(number, ETags.Unquote(etag.Trim())!, checksums);
    }
}
