using System.Text;
using System.Xml;
using MoviesNow.LocalS3.Buckets;
using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Listing;

/// <summary>The parameters that all listings share, and how names are written.</summary>
internal sealed class ListingQuery
{
    public const int MaxKeysLimit = 1000;
    private readonly bool _encode;

    /// <exception cref="S3Exception">InvalidArgument.</exception>
    public ListingQuery(S3Request request, string maxParameter = "max-keys")
    {
        Prefix = request.Query["prefix"] ?? "";
        Delimiter = request.Query["delimiter"] ?? "";
        MaxKeys = Math.Min(MaxKeysLimit, request.QueryNumber(maxParameter, 0, int.MaxValue, MaxKeysLimit));
        EncodingType = request.Query["encoding-type"];
        if (EncodingType is not (null or "" or "url"))
            throw S3Errors.InvalidArgument("encoding-type must be url.").Throw();
        _encode = EncodingType == "url";
    }

    public string Prefix { get; }

    public string Delimiter { get; }

    public int MaxKeys { get; }

    public string? EncodingType { get; }

    /// <summary>A name as the client wants it: as it is, or percent-encoded because XML cannot carry every character.</summary>
    public string Name(string name) => _encode ? UriCodec.Encode(name, keepSlash: true) : name;

    public void WriteObject(XmlWriter xml, ObjectEntry entry, Owner? owner)
    {
        xml.WriteStartElement("Contents", XmlResponse.Namespace);
        WriteFields(xml, entry);
        owner?.Write(xml, "Owner");
        xml.WriteEndElement();
    }

    public void WriteFields(XmlWriter xml, ObjectEntry entry)
    {
        xml.Element("Key", Name(entry.Key));
        xml.Element("LastModified", XmlResponse.Timestamp(entry.LastModified));
        xml.Element("ETag", ETags.Quote(entry.ETag));
        xml.OptionalElement("ChecksumAlgorithm", entry.Algorithm?.Name());
        xml.OptionalElement("ChecksumType", entry.ChecksumType?.Name());
        xml.Element("Size", $"{entry.Size}");
        xml.Element("StorageClass", "STANDARD");
    }

    public void WritePrefixes(XmlWriter xml, IEnumerable<string> prefixes)
    {
        foreach (var prefix in prefixes)
        {
            xml.WriteStartElement("CommonPrefixes", XmlResponse.Namespace);
            xml.Element("Prefix", Name(prefix));
            xml.WriteEndElement();
        }
    }

    public void WriteParameters(XmlWriter xml, string maxElement = "MaxKeys")
    {
        xml.Element("Prefix", Name(Prefix));
        if (Delimiter.Length > 0)
            xml.Element("Delimiter", Name(Delimiter));
        xml.Element(maxElement, $"{MaxKeys}");
        if (_encode)
            xml.Element("EncodingType", EncodingType);
    }

    public static string Token(string last) => Convert.ToBase64String(Encoding.UTF8.GetBytes(last));

    /// <exception cref="S3Exception">InvalidArgument: not a token of ours.</exception>
    public static string FromToken(string token)
    {
        try
        {
            return new UTF8Encoding(false, true).GetString(Convert.FromBase64String(token));
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw S3Errors.InvalidArgument("The continuation token provided is incorrect.").Throw();
        }
    }
}
