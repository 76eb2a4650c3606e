using System.Xml;
using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Objects;

/// <summary>Tells what is known of an object without its bytes: checksum, size, parts.</summary>
internal sealed class GetObjectAttributes(BucketStore buckets) : IOperation
{
    private const int MaxPage = 1000;
    private static readonly string[] Known = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];

    public async Task ExecuteAsync(S3Request request)
    {
        EncryptionHeaders.RefuseOnRead(request);
        VersionIds.Check(request.Query["versionId"]);
        var wanted = request.Headers["x-amz-object-attributes"].ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .ToHashSet(StringComparer.Ordinal);
        if (wanted.Count == 0 || !wanted.IsSubsetOf(Known))
            throw S3Errors.InvalidArgument($"x-amz-object-attributes must be one or more of {string.Join(", ", Known)}.").Throw();
        using var lease = buckets.Get(request.BucketName).Objects.Open(request.Key) ?? throw S3Errors.NoSuchKey.With("Key", request.Key).Throw();
        var record = lease.Record;
        var max = Math.Min(MaxPage, HeaderNumber(request, "x-amz-max-parts", MaxPage));
        var marker = HeaderNumber(request, "x-amz-part-number-marker", 0);

        request.Response.Headers.LastModified = record.LastModified.ToString("r");
        await XmlResponse.WriteAsync(request.Http, "GetObjectAttributesResponse", xml =>
        {
            if (wanted.Contains("ETag"))
                xml.Element("ETag", record.ETag);
            if (wanted.Contains("Checksum") && record.Checksum is { } checksum)
                WriteChecksum(xml, checksum);
            if (wanted.Contains("ObjectParts") && record.UploadId is not null)
                WriteParts(xml, record, marker, max);
            if (wanted.Contains("StorageClass"))
                xml.Element("StorageClass", "STANDARD");
            if (wanted.Contains("ObjectSize"))
                xml.Element("ObjectSize", $"{record.Size}");
        });
    }

    private static void WriteChecksum(XmlWriter xml, ObjectChecksum checksum)
    {
        xml.WriteStartElement("Checksum", XmlResponse.Namespace);
        xml.Element(checksum.Algorithm.Element(), checksum.Value);
        xml.Element("ChecksumType", checksum.Type.Name());
        xml.WriteEndElement();
    }

    private static void WriteParts(XmlWriter xml, ObjectRecord record, int marker, int max)
    {
        var following = record.Segments.Where(s => s.PartNumber > marker).ToList();
        var page = following.Take(max).ToList();
        xml.WriteStartElement("ObjectParts", XmlResponse.Namespace);
        xml.Element("PartsCount", $"{record.Segments.Count}");
        xml.Element("PartNumberMarker", $"{marker}");
        xml.Element("NextPartNumberMarker", $"{page.LastOrDefault()?.PartNumber ?? 0}");
        xml.Element("MaxParts", $"{max}");
        xml.Element("IsTruncated", following.Count > page.Count ? "true" : "false");
        foreach (var part in page)
        {
            xml.WriteStartElement("Part", XmlResponse.Namespace);
            xml.Element("PartNumber", $"{part.PartNumber}");
            xml.Element("Size", $"{part.Size}");
            if (record.Checksum is { } checksum)
                xml.OptionalElement(checksum.Algorithm.Element(), part.Checksum);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static int HeaderNumber(S3Request request, string name, int absent)
    {
        if (request.Header(name) is not { } text)
            return absent;
        return int.TryParse(text, out var value) && value >= 0 ? value : throw S3Errors.InvalidArgument($"{name} must be a number.").Throw();
    }
}
