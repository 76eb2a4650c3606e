using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;

namespace MoviesNow.LocalS3.Xml;

/// <summary>Reads the small XML documents that S3 requests carry, verified like any other body. DTDs are refused.</summary>
internal static class XmlBody
{
    /// <summary>Enough for 10,000 parts with checksums, or 1000 keys of 1024 escaped bytes.</summary>
    private const int MaxBytes = 8 * 1024 * 1024;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        CheckCharacters = false,
        IgnoreComments = true,
    };

    /// <exception cref="S3Exception">The body is empty, too large, altered, or its root is not <paramref name="root"/>.</exception>
    /// <param name="request">Whose body it is.</param>
    /// <param name="root">The name of the document.</param>
    /// <param name="mustProve">Whether S3 demands a Content-MD5 or a checksum with this document.</param>
    /// <param name="checksumIsOfBody">False for a completion, whose checksum headers are about the object.</param>
    /// <param name="whenEmpty">The error of an empty body, where it is not the usual one.</param>
    public static async Task<XElement> ReadAsync(
        S3Request request, string root, bool mustProve = false, bool checksumIsOfBody = true, S3Error? whenEmpty = null)
    {
        using var buffer = new MemoryStream();
        var body = RequestBody.Open(request, MaxBytes, S3Errors.MaxMessageLengthExceeded, checksumIsOfBody, lengthRequired: false);
        if (mustProve && body.Claim is null && !request.Headers.ContainsKey("Content-MD5"))
            throw S3Errors.InvalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*").Throw();
        await body.CopyToAsync(buffer.WriteAsync, [], request.Aborted);
        if (buffer.Length == 0)
            throw (whenEmpty ?? S3Errors.MissingRequestBody).Throw();
        buffer.Position = 0;
        return Parse(buffer, root);
    }

    public static XElement Parse(Stream content, string root)
    {
        try
        {
            using var reader = XmlReader.Create(content, Settings);
            var element = XElement.Load(reader, LoadOptions.PreserveWhitespace);
            return element.Name.LocalName == root ? element : throw S3Errors.MalformedXml.Throw();
        }
        catch (XmlException)
        {
            throw S3Errors.MalformedXml.Throw();
        }
    }

    /// <summary>The document as it is kept: in the S3 namespace, whether or not the client said so.</summary>
    public static string ToText(XElement document)
    {
        XNamespace s3 = XmlResponse.Namespace;
        foreach (var element in document.DescendantsAndSelf())
        {
            element.Name = s3 + element.Name.LocalName;
            element.Attributes().Where(a => a.IsNamespaceDeclaration).Remove();
        }

        return document.ToString(SaveOptions.DisableFormatting);
    }

    /// <summary>A short name that depends on the content alone.</summary>
    public static string Fingerprint(XElement element) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting)))[..12]);

    /// <summary>Children of that name, whatever their namespace: clients differ in whether they send it.</summary>
    public static IEnumerable<XElement> All(this XElement element, string name) => element.Elements().Where(e => e.Name.LocalName == name);

    public static XElement? One(this XElement element, string name) => element.All(name).FirstOrDefault();

    public static string? Text(this XElement element, string name) => element.One(name)?.Value;
}
