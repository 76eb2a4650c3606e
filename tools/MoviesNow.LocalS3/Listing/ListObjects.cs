using MoviesNow.LocalS3.Buckets;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Listing;

/// <summary>Lists a bucket page by page after a marker: the first version of the call, which older clients still use.</summary>
internal sealed class ListObjects(BucketStore buckets, Owner owner) : IOperation
{
    public Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        var query = new ListingQuery(request);
        var marker = request.Query["marker"] ?? "";
        var page = ObjectListing.Page(bucket.Objects.Index, query.Prefix, query.Delimiter, marker, query.MaxKeys);
        return XmlResponse.WriteAsync(request.Http, "ListBucketResult", xml =>
        {
            xml.Element("Name", bucket.Name);
            query.WriteParameters(xml);
            xml.Element("Marker", query.Name(marker));
            xml.Element("IsTruncated", page.Next is null ? "false" : "true");
            // Without a delimiter the last key is the marker, and S3 leaves it out.
            if (page.Next is not null && query.Delimiter.Length > 0)
                xml.Element("NextMarker", query.Name(page.Next));
            foreach (var entry in page.Objects)
                query.WriteObject(xml, entry, owner);
            query.WritePrefixes(xml, page.CommonPrefixes);
        });
    }
}
