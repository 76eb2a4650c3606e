using MoviesNow.LocalS3.Buckets;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Objects;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Listing;

/// <summary>Lists objects as what they are here: each the only version of its key, named <c>null</c>.</summary>
internal sealed class ListObjectVersions(BucketStore buckets, Owner owner) : IOperation
{
    public Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        var query = new ListingQuery(request);
        var marker = request.Query["key-marker"] ?? "";
        var page = ObjectListing.Page(bucket.Objects.Index, query.Prefix, query.Delimiter, marker, query.MaxKeys);
        return XmlResponse.WriteAsync(request.Http, "ListVersionsResult", xml =>
        {
            xml.Element("Name", bucket.Name);
            query.WriteParameters(xml);
            xml.Element("KeyMarker", query.Name(marker));
            xml.Element("VersionIdMarker", request.Query["version-id-marker"] ?? "");
            xml.Element("IsTruncated", page.Next is null ? "false" : "true");
            if (page.Next is not null)
            {
                xml.Element("NextKeyMarker", query.Name(page.Next));
                xml.Element("NextVersionIdMarker", VersionIds.Null);
            }

            foreach (var entry in page.Objects)
            {
                xml.WriteStartElement("Version", XmlResponse.Namespace);
                query.WriteFields(xml, entry);
                xml.Element("VersionId", VersionIds.Null);
                xml.Element("IsLatest", "true");
                owner.Write(xml, "Owner");
                xml.WriteEndElement();
            }

            query.WritePrefixes(xml, page.CommonPrefixes);
        });
    }
}
