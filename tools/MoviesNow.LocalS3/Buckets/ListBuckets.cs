using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Listing;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Buckets;

/// <summary>Lists buckets by name; all of them unless a page is asked for.</summary>
internal sealed class ListBuckets(BucketStore buckets, Owner owner, RegionOf region) : IOperation
{
    private const int MaxPage = 10_000;

    public Task ExecuteAsync(S3Request request)
    {
        var prefix = request.Query["prefix"] ?? "";
        var max = request.QueryNumber("max-buckets", 1, MaxPage, MaxPage);
        var after = request.Query["continuation-token"] is { Length: > 0 } token ? ListingQuery.FromToken(token) : "";
        var following = buckets.All
            .Where(bucket => bucket.Name.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(bucket.Name, after) > 0)
            .Take(max + 1)
            .ToList();
        return XmlResponse.WriteAsync(request.Http, "ListAllMyBucketsResult", xml =>
        {
            owner.Write(xml, "Owner");
            xml.WriteStartElement("Buckets", XmlResponse.Namespace);
            foreach (var bucket in following.Take(max))
            {
                xml.WriteStartElement("Bucket", XmlResponse.Namespace);
                xml.Element("Name", bucket.Name);
                xml.Element("CreationDate", XmlResponse.Timestamp(bucket.Record.Created));
                xml.Element("BucketRegion", region.Name);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
            if (prefix.Length > 0)
                xml.Element("Prefix", prefix);
            if (following.Count > max)
                xml.Element("ContinuationToken", ListingQuery.Token(following[max - 1].Name));
        });
    }
}
