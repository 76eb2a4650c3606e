using System.Text;
using System.Xml;

namespace MoviesNow.LocalS3.Xml;

/// <summary>Answers with an XML document. Documents are bounded (1000 entries at most), so they are built before they are sent.</summary>
internal static class XmlResponse
{
    /// <summary>The namespace of every S3 document except errors.</summary>
    public const string Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    // S3 sends characters that XML 1.0 forbids as character references; clients that mind ask for encoding-type=url.
    // A carriage return has to be one, or every parser makes a line feed of it.
    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(false),
        CheckCharacters = false,
        CloseOutput = false,
        NewLineHandling = NewLineHandling.Entitize,
    };

    public static async Task WriteAsync(HttpContext http, int status, Action<XmlWriter> document)
    {
        using var buffer = new MemoryStream();
        using (var xml = XmlWriter.Create(buffer, Settings))
        {
            xml.WriteStartDocument();
            document(xml);
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/xml";
        http.Response.ContentLength = buffer.Length;
        await http.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), http.RequestAborted);
    }

    /// <summary>Writes <paramref name="root"/> in the S3 namespace with the content that <paramref name="content"/> adds.</summary>
    public static Task WriteAsync(HttpContext http, string root, Action<XmlWriter> content) => WriteAsync(http, StatusCodes.Status200OK, xml =>
    {
        xml.WriteStartElement(root, Namespace);
        content(xml);
        xml.WriteEndElement();
    });

    /// <summary>Writes a child in the S3 namespace.</summary>
    public static void Element(this XmlWriter xml, string name, string? value) => xml.WriteElementString(name, Namespace, value);

    /// <summary>Writes a child only when it has a value.</summary>
    public static void OptionalElement(this XmlWriter xml, string name, string? value)
    {
        if (value is not null)
            xml.Element(name, value);
    }

    /// <summary>The form of times in S3 documents: UTC with milliseconds.</summary>
    public static string Timestamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}
