using System.Globalization;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Tagging;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Lifecycle;

/// <summary>Reads and checks the rules of a lifecycle document.</summary>
internal static class LifecycleConfiguration
{
    private const int MaxRules = 1000;
    private static readonly ConditionalWeakTable<BucketRecord, IReadOnlyList<LifecycleRule>> Parsed = [];

    /// <summary>The rules of a bucket, parsed once.</summary>
    public static IReadOnlyList<LifecycleRule> Of(BucketRecord record) =>
        record.Lifecycle is null ? [] : Parsed.GetValue(record, r => Parse(XElement.Parse(r.Lifecycle!)));

    /// <exception cref="S3Exception">MalformedXML, InvalidArgument, InvalidRequest, NotImplemented.</exception>
    public static IReadOnlyList<LifecycleRule> Parse(XElement document)
    {
        var rules = document.All("Rule").Select(ParseRule).ToList();
        if (rules.Count is 0 or > MaxRules)
            throw S3Errors.MalformedXml.Throw();
        if (rules.Select(rule => rule.Id).Distinct(StringComparer.Ordinal).Count() != rules.Count)
            throw S3Errors.InvalidArgument("Rule ID must be unique. Found same ID for more than one rule").Throw();
        return rules;
    }

    private static LifecycleRule ParseRule(XElement rule)
    {
        if (rule.One("Transition") is not null || rule.One("NoncurrentVersionTransition") is not null)
            throw S3Errors.NotImplemented("A lifecycle transition to another storage class").Throw();
        var enabled = rule.Text("Status") switch
        {
            "Enabled" => true,
            "Disabled" => false,
            _ => throw S3Errors.MalformedXml.Throw(),
        };
        var (expiration, abort) = (rule.One("Expiration"), rule.One("AbortIncompleteMultipartUpload"));
        if (expiration is null && abort is null && rule.One("NoncurrentVersionExpiration") is null)
            throw S3Errors.InvalidRequest("At least one action needs to be specified in a rule").Throw();
        var id = rule.Text("ID") is { Length: > 0 } given ? given : XmlBody.Fingerprint(rule);
        if (id.Length > 255)
            throw S3Errors.InvalidArgument("ID length should not exceed allowed limit of 255").Throw();

        var parsed = new LifecycleRule(id, enabled, ParseFilter(rule), Days(expiration, "Days"), Date(expiration), Days(abort, "DaysAfterInitiation"));
        var ambiguous = parsed.ExpirationDays is null == parsed.ExpirationDate is null;
        if (expiration is not null && ambiguous && expiration.One("ExpiredObjectDeleteMarker") is null)
            throw S3Errors.MalformedXml.Throw();
        if (abort is not null && (parsed.AbortDays is null || parsed.Filter is not { Tags.Count: 0, LargerThan: null, SmallerThan: null }))
            throw S3Errors.InvalidRequest("AbortIncompleteMultipartUpload needs DaysAfterInitiation and cannot be combined with tags or object sizes").Throw();
        return parsed;
    }

    private static LifecycleFilter ParseFilter(XElement rule)
    {
        var filter = rule.One("Filter");
        if (filter is null == rule.One("Prefix") is null)
            throw S3Errors.MalformedXml.Throw();
        var and = filter?.One("And");
        var scope = and ?? filter ?? rule;
        var tags = scope.All("Tag").ToList();
        if ((filter is not null && filter.Elements().Count() > 1) || (and is null && tags.Count > 1))
            throw S3Errors.MalformedXml.Throw();
        var tagSet = tags.Count == 0 ? Names.None : TagSet.FromXml(new XElement("Tagging", new XElement("TagSet", tags)), TagSet.MaxOnObject);
        return new LifecycleFilter(scope.Text("Prefix") ?? "", tagSet, Size(scope, "ObjectSizeGreaterThan"), Size(scope, "ObjectSizeLessThan"));
    }

    private static int? Days(XElement? action, string name)
    {
        if (action?.Text(name) is not { } text)
            return null;
        if (!int.TryParse(text, out var days))
            throw S3Errors.MalformedXml.Throw();
        return days > 0 ? days : throw S3Errors.InvalidArgument($"'{name}' must be a positive integer").Throw();
    }

    private static DateTimeOffset? Date(XElement? action)
    {
        if (action?.Text("Date") is not { } text)
            return null;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date))
            throw S3Errors.MalformedXml.Throw();
        return date.TimeOfDay == TimeSpan.Zero ? date : throw S3Errors.InvalidArgument("'Date' must be at midnight GMT").Throw();
    }

    private static long? Size(XElement scope, string name)
    {
        if (scope.Text(name) is not { } text)
            return null;
        return long.TryParse(text, out var size) && size >= 0 ? size : throw S3Errors.MalformedXml.Throw();
    }
}
