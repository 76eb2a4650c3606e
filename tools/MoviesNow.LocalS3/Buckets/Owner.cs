using System.Security.Cryptography;
using System.Text;
using System.Xml;
using Microsoft.Extensions.Options;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Buckets;

/// <summary>The one account: its canonical id has the form of S3's, 64 hexadecimal digits.</summary>
internal sealed class Owner(IOptions<LocalS3Options> options)
{
    public string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.Value.AccessKey)));

    public string DisplayName { get; } = options.Value.AccessKey;

    public void Write(XmlWriter xml, string element)
    {
        xml.WriteStartElement(element, XmlResponse.Namespace);
        xml.Element("ID", Id);
        xml.Element("DisplayName", DisplayName);
        xml.WriteEndElement();
    }
}

/// <summary>The configured region.</summary>
internal sealed class RegionOf(IOptions<LocalS3Options> options)
{
    /// <summary>The region that S3's rules treat specially.</summary>
    public const string Default = "us-east-1";

    public string Name { get; } = options.Value.Region;
}
