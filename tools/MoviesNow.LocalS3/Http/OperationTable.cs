using MoviesNow.LocalS3.Buckets;
using MoviesNow.LocalS3.Cors;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Lifecycle;
using MoviesNow.LocalS3.Listing;
using MoviesNow.LocalS3.Multipart;
using MoviesNow.LocalS3.Objects;
using MoviesNow.LocalS3.Tagging;

namespace MoviesNow.LocalS3.Http;

/// <summary>Which operation a request asks for: by what it addresses, its method and its sub-resource.</summary>
internal sealed class OperationTable(IServiceProvider services)
{
    private const string Copy = "copy";

    /// <summary>Query parameters that change the operation. Those without a row below are refused, never ignored.</summary>
    private static readonly string[] SubResources =
    [
        "uploads", "uploadId", "attributes", "tagging", "acl", "cors", "lifecycle", "location", "versioning", "versions", "delete", "list-type",
        "accelerate", "analytics", "encryption", "intelligent-tiering", "inventory", "legal-hold", "logging", "metrics", "notification", "object-lock",
        "ownershipControls", "policy", "policyStatus", "publicAccessBlock", "replication", "requestPayment", "restore", "retention", "select", "torrent",
        "website", "append", "renameObject", "metadataTable", "session",
    ];

    private static readonly Dictionary<(Scope Scope, string Method, string SubResource), Type> Operations = new()
    {
        [(Scope.Service, "GET", "")] = typeof(ListBuckets),
        [(Scope.Bucket, "PUT", "")] = typeof(CreateBucket),
        [(Scope.Bucket, "HEAD", "")] = typeof(HeadBucket),
        [(Scope.Bucket, "DELETE", "")] = typeof(DeleteBucket),
        [(Scope.Bucket, "GET", "")] = typeof(ListObjects),
        [(Scope.Bucket, "GET", "list-type")] = typeof(ListObjectsV2),
        [(Scope.Bucket, "GET", "location")] = typeof(GetBucketLocation),
        [(Scope.Bucket, "GET", "versioning")] = typeof(GetBucketVersioning),
        [(Scope.Bucket, "GET", "uploads")] = typeof(ListUploads),
        [(Scope.Object, "PUT", "")] = typeof(PutObject),
        [(Scope.Object, "GET", "")] = typeof(GetObject),
        [(Scope.Object, "HEAD", "")] = typeof(GetObject),
        [(Scope.Object, "DELETE", "")] = typeof(DeleteObject),
        [(Scope.Object, "POST", "uploads")] = typeof(CreateUpload),
        [(Scope.Object, "PUT", "uploadId")] = typeof(UploadPart),
        [(Scope.Object, "POST", "uploadId")] = typeof(CompleteUpload),
        [(Scope.Object, "DELETE", "uploadId")] = typeof(AbortUpload),
        [(Scope.Object, "GET", "uploadId")] = typeof(ListParts),
        [(Scope.Object, "PUT", Copy)] = typeof(CopyObject),
        [(Scope.Object, "PUT", "uploadId" + Copy)] = typeof(UploadPartCopy),
        [(Scope.Object, "GET", "attributes")] = typeof(GetObjectAttributes),
        [(Scope.Object, "GET", "tagging")] = typeof(GetObjectTagging),
        [(Scope.Object, "PUT", "tagging")] = typeof(PutObjectTagging),
        [(Scope.Object, "DELETE", "tagging")] = typeof(DeleteObjectTagging),
        [(Scope.Object, "GET", "acl")] = typeof(GetAcl),
        [(Scope.Object, "PUT", "acl")] = typeof(PutAcl),
        [(Scope.Object, "GET", "retention")] = typeof(ObjectLockAbsent),
        [(Scope.Object, "PUT", "retention")] = typeof(ObjectLockAbsent),
        [(Scope.Object, "GET", "legal-hold")] = typeof(ObjectLockAbsent),
        [(Scope.Object, "PUT", "legal-hold")] = typeof(ObjectLockAbsent),
        [(Scope.Bucket, "POST", "delete")] = typeof(DeleteObjects),
        [(Scope.Bucket, "GET", "versions")] = typeof(ListObjectVersions),
        [(Scope.Bucket, "GET", "tagging")] = typeof(GetBucketTagging),
        [(Scope.Bucket, "PUT", "tagging")] = typeof(PutBucketTagging),
        [(Scope.Bucket, "DELETE", "tagging")] = typeof(DeleteBucketTagging),
        [(Scope.Bucket, "GET", "acl")] = typeof(GetAcl),
        [(Scope.Bucket, "PUT", "acl")] = typeof(PutAcl),
        [(Scope.Bucket, "GET", "cors")] = typeof(GetBucketCors),
        [(Scope.Bucket, "PUT", "cors")] = typeof(PutBucketCors),
        [(Scope.Bucket, "DELETE", "cors")] = typeof(DeleteBucketCors),
        [(Scope.Bucket, "GET", "lifecycle")] = typeof(GetBucketLifecycle),
        [(Scope.Bucket, "PUT", "lifecycle")] = typeof(PutBucketLifecycle),
        [(Scope.Bucket, "DELETE", "lifecycle")] = typeof(DeleteBucketLifecycle),
    };

    static OperationTable()
    {
        foreach (var subResource in GetAbsentConfiguration.Codes.Keys)
            Operations[(Scope.Bucket, "GET", subResource)] = typeof(GetAbsentConfiguration);
    }

    /// <summary>Every operation, for registration.</summary>
    public static IEnumerable<Type> All => Operations.Values.Distinct();

    /// <exception cref="S3Exception">NotImplemented, MethodNotAllowed.</exception>
    public IOperation Find(string method, S3Target target, IHeaderDictionary headers)
    {
        var scope = target.Bucket is null ? Scope.Service : target.Key is null ? Scope.Bucket : Scope.Object;
        var subResource = SubResources.FirstOrDefault(target.Query.Has) ?? "";
        var copy = scope == Scope.Object && method == "PUT" && headers.ContainsKey("x-amz-copy-source") ? Copy : "";
        if (Operations.TryGetValue((scope, method, subResource + copy), out var operation))
            return (IOperation)services.GetRequiredService(operation);
        throw subResource.Length + copy.Length == 0
            ? S3Errors.MethodNotAllowed.Throw()
            : S3Errors.NotImplemented($"{method} with {(copy.Length == 0 ? subResource : "x-amz-copy-source")}").Throw();
    }

    private enum Scope
    {
        Service,
        Bucket,
        Object,
    }
}
