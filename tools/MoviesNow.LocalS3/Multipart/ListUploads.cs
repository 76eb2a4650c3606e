using MoviesNow.LocalS3.Buckets;
using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Listing;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Multipart;

/// <summary>Lists a bucket's multipart uploads in progress by key and id.</summary>
internal sealed class ListUploads(BucketStore buckets, Owner owner) : IOperation
{
    public Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        var query = new ListingQuery(request, "max-uploads");
        var (keyMarker, idMarker) = (request.Query["key-marker"] ?? "", request.Query["upload-id-marker"] ?? "");
        var page = UploadListing.Page(bucket.Uploads.All, query, keyMarker, keyMarker.Length == 0 ? "" : idMarker);
        return XmlResponse.WriteAsync(request.Http, "ListMultipartUploadsResult", xml =>
        {
            xml.Element("Bucket", bucket.Name);
            xml.Element("KeyMarker", query.Name(keyMarker));
            xml.Element("UploadIdMarker", idMarker);
            if (page.Truncated)
            {
                xml.Element("NextKeyMarker", query.Name(page.NextKey));
                xml.Element("NextUploadIdMarker", page.NextId);
            }

            query.WriteParameters(xml, "MaxUploads");
            xml.Element("IsTruncated", page.Truncated ? "true" : "false");
            foreach (var upload in page.Uploads)
            {
                xml.WriteStartElement("Upload", XmlResponse.Namespace);
                xml.Element("Key", query.Name(upload.Key));
                xml.Element("UploadId", upload.Id);
                owner.Write(xml, "Initiator");
                owner.Write(xml, "Owner");
                xml.Element("StorageClass", "STANDARD");
                xml.Element("Initiated", XmlResponse.Timestamp(upload.Initiated));
                if (upload.ChecksumAsked)
                {
                    xml.Element("ChecksumAlgorithm", upload.Algorithm.Name());
                    xml.Element("ChecksumType", upload.ChecksumType.Name());
                }

                xml.WriteEndElement();
            }

            query.WritePrefixes(xml, page.CommonPrefixes);
        });
    }
}
