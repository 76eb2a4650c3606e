using MoviesNow.LocalS3.Buckets;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Listing;

/// <summary>Lists a bucket page by page with opaque tokens.</summary>
internal sealed class ListObjectsV2(BucketStore buckets, Owner owner) : IOperation
{
    public Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        if (request.Query["list-type"] != "2")
            throw S3Errors.InvalidArgument("list-type must be 2.").Throw();
        var query = new ListingQuery(request);
        var (startAfter, token) = (request.Query["start-after"], request.Query["continuation-token"]);
        var after = string.IsNullOrEmpty(token) ? startAfter ?? "" : ListingQuery.FromToken(token);
        var page = ObjectListing.Page(bucket.Objects.Index, query.Prefix, query.Delimiter, after, query.MaxKeys);
        var withOwner = request.Query["fetch-owner"] == "true" ? owner : null;

        return XmlResponse.WriteAsync(request.Http, "ListBucketResult", xml =>
        {
            xml.Element("Name", bucket.Name);
            query.WriteParameters(xml);
            xml.OptionalElement("ContinuationToken", token);
            xml.OptionalElement("StartAfter", startAfter is null ? null : query.Name(startAfter));
            xml.Element("KeyCount", $"{page.Objects.Count + page.CommonPrefixes.Count}");
            xml.Element("IsTruncated", page.Next is null ? "false" : "true");
            xml.OptionalElement("NextContinuationToken", page.Next is null ? null : ListingQuery.Token(page.Next));
            foreach (var entry in page.Objects)
                query.WriteObject(xml, entry, withOwner);
            query.WritePrefixes(xml, page.CommonPrefixes);
        });
    }
}
