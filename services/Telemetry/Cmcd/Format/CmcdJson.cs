using System.Text.Json;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>CMCD as JSON, which version 1 has and version 2 had once: an object, or an array of objects.</summary>
internal static class CmcdJson
{
    private const int MaxDepth = 5;

    /// <summary>Decodes a body; the reports of an array are numbered from 1.</summary>
    public static List<CmcdReport> Decode(ReadOnlySpan<byte> body, int maxReports)
    {
        var reports = new List<CmcdReport>();
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            json.Read();
            if (json.TokenType is JsonTokenType.StartObject)
            {
                reports.Add(ReadReport(ref json, line: 1));
            }
            else if (json.TokenType is JsonTokenType.StartArray)
            {
                while (json.Read() && json.TokenType is JsonTokenType.StartObject && reports.Count <= maxReports)
                {
                    reports.Add(ReadReport(ref json, reports.Count + 1));
                }

                if (json.TokenType is not JsonTokenType.EndArray && reports.Count <= maxReports)
                {
                    reports.Add(Malformed(ref json, reports.Count + 1));
                }
            }
            else
            {
                reports.Add(Malformed(ref json, line: 1));
            }

            // Nothing may follow: the reader throws then.
            json.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter is what the reader makes of strings that are no text.
            reports.Add(Malformed(ref json, reports.Count + 1));
        }

        return reports;
    }

    private static CmcdReport Malformed(ref Utf8JsonReader json, int line)
    {
        var report = new CmcdReportBuilder(line);
        report.AddProblem((int)json.BytesConsumed + 1, "", "must be a JSON object, or an array of objects");
        return report.Build();
    }

    private static CmcdReport ReadReport(ref Utf8JsonReader json, int line)
    {
        var report = new CmcdReportBuilder(line);
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var column = (int)json.TokenStartIndex + 1;
            var key = json.GetString()!;
            json.Read();
            var value = Read(ref json, key);
            if (key.Length is 0 or > CmcdLimits.MaxKeyLength || !char.IsAsciiLetter(key[0]))
            {
                report.AddProblem(column, "", $"must have a name of at most {CmcdLimits.MaxKeyLength} characters that begins with a letter");
            }
            else if (value is { } read)
            {
                report.Add(key, read, column);
            }
            else
            {
                report.AddProblem(column, key, "must be a boolean, a number, a string or a list of them");
            }
        }

        return report.Build();
    }

    /// <summary>The value at the reader, which is left at its end; null for one that no key can have.</summary>
    private static CmcdValue? Read(ref Utf8JsonReader json, string key)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.True:
                return CmcdValue.True;
            case JsonTokenType.False:
                return CmcdValue.False;
            case JsonTokenType.Number:
                return json.TryGetDecimal(out var number) ? CmcdValue.OfNumber(number) : null;
            case JsonTokenType.String:
                return TextOf(json.GetString()!, key);
            case JsonTokenType.StartArray:
                return ReadList(ref json, key);
            default:
                json.Skip();
                return null;
        }
    }

    // JSON has no tokens: where a key wants one, a string is meant as such.
    private static CmcdValue TextOf(string text, string key) =>
        (CmcdKeys.Find(CmcdKeys.LatestVersion, key)?.Kind is CmcdKind.Token) ? new(CmcdKind.Token, 0, text) : CmcdValue.Of(text);

    private static CmcdValue? ReadList(ref Utf8JsonReader json, string key)
    {
        var items = new List<CmcdItem>();
        var isBad = false;
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            var item = json.TokenType is JsonTokenType.StartObject ? ReadItem(ref json, key) : Read(ref json, key) is { Items: null } plain ? new CmcdItem(plain, "") : null;
            isBad |= item is null || items.Count == CmcdLimits.MaxItems;
            if (!isBad)
            {
                items.Add(item!.Value);
            }
        }

        return isBad ? null : CmcdValue.OfList(items);
    }

    /// <summary>Reads <c>{"value":3000,"params":{"v":true}}</c>.</summary>
    private static CmcdItem? ReadItem(ref Utf8JsonReader json, string key)
    {
        CmcdValue? value = null;
        var objectType = "";
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var isValue = json.ValueTextEquals("value"u8);
            json.Read();
            if (isValue)
            {
                value = Read(ref json, key);
            }
            else if (json.TokenType is JsonTokenType.StartObject)
            {
                while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
                {
                    var name = json.GetString()!;
                    json.Read();
                    objectType = json.TokenType is JsonTokenType.True ? name : objectType;
                    json.Skip();
                }
            }
            else
            {
                json.Skip();
            }
        }

        return value is { Items: null } read ? new CmcdItem(read, objectType.Length <= CmcdLimits.MaxKeyLength ? objectType : "") : null;
    }
}
