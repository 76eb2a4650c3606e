using System.Xml.Linq;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Objects;

/// <summary>Deletes up to 1000 objects, with a verdict for each.</summary>
internal sealed class DeleteObjects(BucketStore buckets) : IOperation
{
    private const int MaxKeys = 1000;

    public async Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        var document = await XmlBody.ReadAsync(request, "Delete", mustProve: true);
        var quiet = document.Text("Quiet") == "true";
        var items = document.All("Object").ToList();
        if (items.Count is 0 or > MaxKeys || items.Any(item => string.IsNullOrEmpty(item.Text("Key"))))
            throw S3Errors.MalformedXml.Throw();
        if (items.Any(item => item.One("Size") is not null || item.One("LastModifiedTime") is not null))
            throw DeleteObject.ConditionNotImplemented.Throw();

        var verdicts = new List<(string Key, S3Error? Error)>();
        foreach (var item in items)
            verdicts.Add((item.Text("Key")!, await DeleteAsync(bucket, item, request.Aborted)));
        await XmlResponse.WriteAsync(request.Http, "DeleteResult", xml =>
        {
            foreach (var (key, error) in verdicts.Where(v => !quiet || v.Error is not null))
            {
                xml.WriteStartElement(error is null ? "Deleted" : "Error", XmlResponse.Namespace);
                xml.Element("Key", key);
                xml.OptionalElement("Code", error?.Code);
                xml.OptionalElement("Message", error?.Message);
                xml.WriteEndElement();
            }
        });
    }

    private static async Task<S3Error?> DeleteAsync(Bucket bucket, XElement item, CancellationToken cancellationToken)
    {
        try
        {
            VersionIds.Check(item.Text("VersionId") is { Length: > 0 } version ? version : null);
            var match = ETags.Unquote(item.Text("ETag"));
            await bucket.Objects.DeleteAsync(item.Text("Key")!, current => DeleteObject.Allowed(current, match), cancellationToken);
            return null;
        }
        catch (S3Exception exception)
        {
            return exception.Error;
        }
    }
}
