using MoviesNow.LocalS3.Buckets;
using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Multipart;

/// <summary>Lists the parts of an upload in progress, at most 1000 a page.</summary>
internal sealed class ListParts(BucketStore buckets, Owner owner) : IOperation
{
    private const int MaxPage = 1000;

    public Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        var upload = bucket.Uploads.Get(request.Query["uploadId"] ?? "", request.Key);
        var max = Math.Min(MaxPage, request.QueryNumber("max-parts", 0, int.MaxValue, MaxPage));
        var marker = request.QueryNumber("part-number-marker", 0, int.MaxValue, 0);
        var following = upload.Parts.Where(part => part.Number > marker).Take(max + 1).ToList();
        var truncated = following.Count > max && max > 0;
        var page = following.Take(max).ToList();

        return XmlResponse.WriteAsync(request.Http, "ListPartsResult", xml =>
        {
            xml.Element("Bucket", bucket.Name);
            xml.Element("Key", request.Key);
            xml.Element("UploadId", upload.Record.Id);
            owner.Write(xml, "Initiator");
            owner.Write(xml, "Owner");
            xml.Element("StorageClass", "STANDARD");
            xml.Element("PartNumberMarker", $"{marker}");
            xml.Element("NextPartNumberMarker", $"{page.LastOrDefault()?.Number ?? 0}");
            xml.Element("MaxParts", $"{max}");
            xml.Element("IsTruncated", truncated ? "true" : "false");
            if (upload.Record.ChecksumAsked)
            {
                xml.Element("ChecksumAlgorithm", upload.Record.Algorithm.Name());
                xml.Element("ChecksumType", upload.Record.ChecksumType.Name());
            }

            foreach (var part in page)
            {
                xml.WriteStartElement("Part", XmlResponse.Namespace);
                xml.Element("PartNumber", $"{part.Number}");
                xml.Element("LastModified", XmlResponse.Timestamp(part.LastModified));
                xml.Element("ETag", ETags.Quote(part.ETag));
                xml.Element("Size", $"{part.Size}");
                xml.Element(upload.Record.Algorithm.Element(), part.Checksums[upload.Record.Algorithm]);
                xml.WriteEndElement();
            }
        });
    }
}
