namespace MoviesNow.LocalS3.Errors;

/// <summary>The errors this endpoint answers, with the codes and statuses of the S3 API reference.</summary>
internal static class S3Errors
{
    public static S3Error AccessDenied(string message = "Access denied.") => new("AccessDenied", 403, message);

    public static S3Error AccessForbidden(string message) => new("AccessForbidden", 403, message);

    public static S3Error AclNotSupported => new("AccessControlListNotSupported", 400, "The bucket does not allow ACLs: every object is private to its owner.");

    public static S3Error AuthorizationHeaderMalformed(string message) => new("AuthorizationHeaderMalformed", 400, message);

    public static S3Error AuthorizationQueryParameters(string message) => new("AuthorizationQueryParametersError", 400, message);

    public static S3Error BadDigest(string what) => new("BadDigest", 400, $"The {what} given does not match the content received.");

    public static S3Error BucketAlreadyOwnedByYou => new("BucketAlreadyOwnedByYou", 409, "The bucket exists already and is yours.");

    public static S3Error BucketNotEmpty => new("BucketNotEmpty", 409, "The bucket still holds objects.");

    public static S3Error EntityTooLarge => new("EntityTooLarge", 400, "The upload is larger than the maximum of 5 GiB.");

    public static S3Error EntityTooSmall => new("EntityTooSmall", 400, "A part other than the last is smaller than the minimum of 5 MiB.");

    public static S3Error IllegalLocationConstraint => new("IllegalLocationConstraintException", 400, "The location constraint is not this endpoint's region.");

    public static S3Error IncompleteBody => new("IncompleteBody", 400, "The body did not have the number of bytes that the headers announced.");

    public static S3Error InternalError => new("InternalError", 500, "An internal error occurred. Try again.");

    public static S3Error InvalidAccessKeyId => new("InvalidAccessKeyId", 403, "The access key id is not known here.");

    public static S3Error InvalidArgument(string message) => new("InvalidArgument", 400, message);

    public static S3Error InvalidBucketName => new("InvalidBucketName", 400, "The bucket name is not valid.");

    public static S3Error InvalidDigest => new("InvalidDigest", 400, "The Content-MD5 value is not a base64 MD5.");

    public static S3Error InvalidEncryptionAlgorithm => new("InvalidEncryptionAlgorithmError", 400, "The encryption must be AES256, aws:kms or aws:kms:dsse.");

    public static S3Error InvalidPart => new("InvalidPart", 400, "A part was not uploaded, or its ETag or checksum is not the uploaded part's.");

    public static S3Error InvalidPartNumber => new("InvalidPartNumber", 416, "The object has no such part.");

    public static S3Error InvalidPartOrder => new("InvalidPartOrder", 400, "The parts must be listed in ascending order of their numbers, each once.");

    public static S3Error InvalidRange => new("InvalidRange", 416, "The range cannot be satisfied.");

    public static S3Error InvalidRequest(string message) => new("InvalidRequest", 400, message);

    public static S3Error InvalidTag(string message) => new("InvalidTag", 400, message);

    public static S3Error InvalidToken => new("InvalidToken", 400, "Security tokens are not known here.");

    public static S3Error InvalidUri => new("InvalidURI", 400, "The address could not be parsed.");

    public static S3Error KeyTooLong => new("KeyTooLongError", 400, "The key is longer than 1024 bytes.");

    public static S3Error MalformedXml => new("MalformedXML", 400, "The XML is not well-formed or does not have the documented form.");

    public static S3Error MaxMessageLengthExceeded => new("MaxMessageLengthExceeded", 400, "The request is too large.");

    public static S3Error MetadataTooLarge => new("MetadataTooLarge", 400, "The user metadata is larger than 2 KB.");

    public static S3Error MethodNotAllowed => new("MethodNotAllowed", 405, "The method is not allowed on this resource.");

    public static S3Error MissingContentLength => new("MissingContentLength", 411, "A Content-Length header is required.");

    public static S3Error MissingRequestBody => new("MissingRequestBodyError", 400, "The request has no body.");

    public static S3Error NoObjectLock => InvalidRequest("The bucket has no Object Lock configuration.");

    public static S3Error NoSuchBucket => new("NoSuchBucket", 404, "The bucket does not exist.");

    public static S3Error NoSuchCors => new("NoSuchCORSConfiguration", 404, "The bucket has no CORS configuration.");

    public static S3Error NoSuchKey => new("NoSuchKey", 404, "The key does not exist.");

    public static S3Error NoSuchLifecycle => new("NoSuchLifecycleConfiguration", 404, "The bucket has no lifecycle configuration.");

    public static S3Error NoSuchUpload => new("NoSuchUpload", 404, "The multipart upload does not exist: it was completed, aborted, or never begun.");

    public static S3Error NoSuchVersion => new("NoSuchVersion", 404, "The version does not exist: this endpoint keeps only the null version.");

    public static S3Error NotImplemented(string what) => new("NotImplemented", 501, $"{what} is not implemented by this endpoint.");

    public static S3Error PreconditionFailed(string condition) =>
        new S3Error("PreconditionFailed", 412, "At least one of the conditions given did not hold.").With("Condition", condition);

    public static S3Error RequestTimeout => new("RequestTimeout", 400, "The body was not received in time.");

    public static S3Error RequestTimeTooSkewed => new("RequestTimeTooSkewed", 403, "The request's time is too far from the server's.");

    public static S3Error Sha256Mismatch => new("XAmzContentSHA256Mismatch", 400, "The x-amz-content-sha256 given does not match the content received.");

    public static S3Error SignatureDoesNotMatch =>
        new("SignatureDoesNotMatch", 403, "The signature calculated here is not the one given. Check the secret key and the signing method.");
}
