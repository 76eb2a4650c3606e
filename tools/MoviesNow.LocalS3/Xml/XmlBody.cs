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
    public static async Task<XElement> ReadAsync(S3Request request, string root)
    {
        using var buffer = new MemoryStream();
        var body = RequestBody.Open(request, MaxBytes, S3Errors.MaxMessageLengthExceeded);
        await body.CopyToAsync(buffer.WriteAsync, [], request.Aborted);
        if (buffer.Length == 0)
            throw S3Errors.MissingRequestBody.Throw();
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

    /// <summary>Children of that name, whatever their namespace: clients differ in whether they send it.</summary>
    public static IEnumerable<XElement> All(this XElement element, string name) => element.Elements().Where(e => e.Name.LocalName == name);

    public static XElement? One(this XElement element, string name) => element.All(name).FirstOrDefault();

    public static string? Text(this XElement element, string name) => element.One(name)?.Value;
}
