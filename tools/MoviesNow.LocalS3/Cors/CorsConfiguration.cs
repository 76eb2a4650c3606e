using System.Xml.Linq;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Cors;

/// <summary>Reads and checks the rules of a CORS document.</summary>
internal static class CorsConfiguration
{
    private const int MaxRules = 100;
    private static readonly string[] Methods = ["GET", "PUT", "POST", "DELETE", "HEAD"];

    /// <exception cref="S3Exception">MalformedXML, InvalidRequest.</exception>
    public static IReadOnlyList<CorsRule> Parse(XElement document)
    {
        var rules = document.All("CORSRule").Select(ParseRule).ToList();
        return rules.Count is > 0 and <= MaxRules ? rules : throw S3Errors.MalformedXml.Throw();
    }

    private static CorsRule ParseRule(XElement rule)
    {
        var maxAge = rule.Text("MaxAgeSeconds");
        if (maxAge is not null && !int.TryParse(maxAge, out _))
            throw S3Errors.MalformedXml.Throw();
        var parsed = new CorsRule(
            Values(rule, "AllowedOrigin"),
            Values(rule, "AllowedMethod"),
            Values(rule, "AllowedHeader"),
            Values(rule, "ExposeHeader"),
            maxAge is null ? null : int.Parse(maxAge));
        if (parsed.Origins.Count == 0 || parsed.Methods.Count == 0)
            throw S3Errors.MalformedXml.Throw();
        if (parsed.Methods.FirstOrDefault(method => !Methods.Contains(method, StringComparer.Ordinal)) is { } unknown)
            throw S3Errors.InvalidRequest($"Found unsupported HTTP method in CORS config. Unsupported method is {unknown}").Throw();
        if (parsed.Origins.Concat(parsed.Headers).FirstOrDefault(text => text.Count(c => c == '*') > 1) is { } wild)
            throw S3Errors.InvalidRequest($"'{wild}' can not have more than one wildcard.").Throw();
        if (parsed.ExposeHeaders.FirstOrDefault(text => text.Contains('*', StringComparison.Ordinal)) is { } exposed)
            throw S3Errors.InvalidRequest($"ExposeHeader \"{exposed}\" contains wildcard. Wildcards are not supported for ExposeHeader.").Throw();
        return parsed;
    }

    private static List<string> Values(XElement rule, string name) => [.. rule.All(name).Select(e => e.Value.Trim())];
}
