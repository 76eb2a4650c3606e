using System.Xml.Linq;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Tagging;

/// <summary>Tags of an object or bucket: unique keys of 1–128 characters, in their order; values up to 256.</summary>
internal static class TagSet
{
    public const int MaxOnObject = 10;
    public const int MaxOnBucket = 50;

    /// <param name="header">The form <c>a=1&amp;b=2</c>, or null.</param>
    /// <exception cref="S3Exception">InvalidArgument, InvalidTag.</exception>
    public static IReadOnlyDictionary<string, string> FromHeader(string? header)
    {
        if (header is null)
            return Names.None;
        var query = QueryParameters.Parse(header)
            ?? throw S3Errors.InvalidArgument("The header x-amz-tagging must be encoded as URL query parameters.").Throw();
        return Check(query.Parameters, MaxOnObject);
    }

    /// <exception cref="S3Exception">MalformedXML, InvalidTag.</exception>
    public static IReadOnlyDictionary<string, string> FromXml(XElement tagging, int max)
    {
        var set = tagging.One("TagSet") ?? throw S3Errors.MalformedXml.Throw();
        return Check(
            [.. set.All("Tag").Select(tag => KeyValuePair.Create(
                tag.Text("Key") ?? throw S3Errors.MalformedXml.Throw(),
                tag.Text("Value") ?? throw S3Errors.MalformedXml.Throw()))],
            max);
    }

    private static Dictionary<string, string> Check(IReadOnlyList<KeyValuePair<string, string>> pairs, int max)
    {
        if (pairs.Count > max)
            throw S3Errors.InvalidTag($"There may be at most {max} tags.").Throw();
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (Length(key) is 0 or > 128 || key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
                throw S3Errors.InvalidTag("A tag's key must have 1 to 128 characters and not begin with aws:.").Throw();
            if (Length(value) > 256)
                throw S3Errors.InvalidTag("A tag's value must have at most 256 characters.").Throw();
            if (!tags.TryAdd(key, value))
                throw S3Errors.InvalidTag("A tag's key may be given once only.").Throw();
        }

        return tags;
    }

    private static int Length(string text) => text.EnumerateRunes().Count();
}
