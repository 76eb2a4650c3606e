using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Objects;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Buckets;

/// <summary>Shows the only grant there is, on a bucket or an object: everything to the owner.</summary>
internal sealed class GetAcl(BucketStore buckets, Owner owner) : IOperation
{
    private const string SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

    public Task ExecuteAsync(S3Request request)
    {
        AclTarget.Check(buckets, request);
        return XmlResponse.WriteAsync(request.Http, "AccessControlPolicy", xml =>
        {
            owner.Write(xml, "Owner");
            xml.WriteStartElement("AccessControlList", XmlResponse.Namespace);
            xml.WriteStartElement("Grant", XmlResponse.Namespace);
            xml.WriteStartElement("Grantee", XmlResponse.Namespace);
            xml.WriteAttributeString("xsi", "type", SchemaInstance, "CanonicalUser");
            xml.Element("ID", owner.Id);
            xml.Element("DisplayName", owner.DisplayName);
            xml.WriteEndElement();
            xml.Element("Permission", "FULL_CONTROL");
            xml.WriteEndElement();
            xml.WriteEndElement();
        });
    }
}

/// <summary>Accepts the canned ACL that changes nothing, and refuses every other.</summary>
internal sealed class PutAcl(BucketStore buckets) : IOperation
{
    public Task ExecuteAsync(S3Request request)
    {
        AclTarget.Check(buckets, request);
        if (request.Header("x-amz-acl") is not ("private" or "bucket-owner-full-control"))
            throw S3Errors.AclNotSupported.Throw();
        request.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}

/// <summary>What an ACL request is about must exist.</summary>
internal static class AclTarget
{
    public static void Check(BucketStore buckets, S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        VersionIds.Check(request.Query["versionId"]);
        if (request.HasKey && bucket.Objects.Index.Find(request.Key) is null)
            throw S3Errors.NoSuchKey.With("Key", request.Key).Throw();
    }
}
