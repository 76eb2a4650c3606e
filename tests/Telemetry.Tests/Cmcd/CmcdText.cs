using System.Globalization;
using System.Text.Json;
using MoviesNow.Telemetry.Cmcd;

namespace Telemetry.Tests.Cmcd;

/// <summary>Reports as text, so that they can be compared: what the decoder made of them, and what others did.</summary>
internal static class CmcdText
{
    public static string Of(CmcdReport report, bool withTokens = true) => string.Join(' ', report.Values.Concat(report.Extra)
        .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={Of(pair.Value, withTokens)}"));

    public static string Of(JsonElement understood, bool withTokens = true) => string.Join(' ', understood.EnumerateObject()
        .OrderBy(pair => pair.Name, StringComparer.Ordinal).Select(pair => $"{pair.Name}={OfJson(pair.Value, withTokens)}"));

    public static string Of(IEnumerable<CmcdProblem> problems) =>
        string.Join(" | ", problems.Select(problem => $"{problem.Line}:{problem.Column} {problem.Key} {problem.Requirement}"));

    private static string Of(CmcdValue value, bool withTokens) => value.Kind switch
    {
        CmcdKind.List => $"({string.Join(' ', value.Items!.Select(item => $"{Of(item.Value, withTokens)};{item.ObjectType}"))})",
        CmcdKind.Boolean => value.Number != 0 ? "true" : "false",
        CmcdKind.Integer or CmcdKind.Decimal => Number(value.Number),
        CmcdKind.Token when withTokens => value.Text,
        _ => $"\"{value.Text}\"",
    };

    private static string OfJson(JsonElement value, bool withTokens) => value.ValueKind switch
    {
        JsonValueKind.Array => $"({string.Join(' ', value.EnumerateArray().Select(item => OfItem(item, withTokens)))})",
        JsonValueKind.Object => withTokens ? value.GetProperty("token").GetString()! : $"\"{value.GetProperty("token").GetString()}\"",
        JsonValueKind.Number => Number(value.GetDecimal()),
        JsonValueKind.String => $"\"{value.GetString()}\"",
        _ => value.GetBoolean() ? "true" : "false",
    };

    private static string OfItem(JsonElement item, bool withTokens)
    {
        if (item.ValueKind is not JsonValueKind.Object)
        {
            return $"{OfJson(item, withTokens)};";
        }

        var labels = item.TryGetProperty("params", out var parameters) && parameters.ValueKind is JsonValueKind.Object
            ? parameters.EnumerateObject().Where(parameter => parameter.Value.ValueKind is JsonValueKind.True).Select(parameter => parameter.Name)
            : [];
        return $"{OfJson(item.GetProperty("value"), withTokens)};{labels.FirstOrDefault("")}";
    }

    private static string Number(decimal number) => Math.Round(number, 3).ToString("0.###", CultureInfo.InvariantCulture);
}
