using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>
/// What a report says beyond the fields of an event, as the event's attributes: <c>{"cmcd":{"e":"t","bl":[{"v":6000}],…}}</c>. What does
/// not fit into their bound is left out, custom and unknown keys first.
/// </summary>
internal static class CmcdAttributes
{
    private const int MaxBytes = 2_048;

    // {"cmcd":{ and }}.
    private const int FrameBytes = 11;

    // A member's quotes, colon and comma.
    private const int MemberBytes = 4;

    private const int ShortText = 12;

    /// <summary>
    /// Keys that are not repeated: those that the event has in fields of its own, and those that hold URLs, which may carry signatures, or
    /// copies of what servers answered.
    /// </summary>
    private static readonly FrozenSet<string> Left = FrozenSet.Create(
        StringComparer.Ordinal, "cid", "cmsdd", "cmsds", "cs", "nor", "nrr", "pr", "pt", "sid", "smrt", "sn", "ts", "url", "v");

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static string Of(CmcdReport report)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteStartObject("cmcd"u8);
        var left = MaxBytes - FrameBytes;
        foreach (var (key, value) in report.Values)
        {
            if (!Left.Contains(key))
            {
                Add(json, key, value, ref left);
            }
        }

        foreach (var (key, value) in report.Extra)
        {
            Add(json, key, value, ref left);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return left == MaxBytes - FrameBytes ? "" : Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Add(Utf8JsonWriter json, string key, CmcdValue value, ref int left)
    {
        var before = json.BytesCommitted + json.BytesPending;
        if (EstimateOf(key) + MemberBytes + EstimateOf(value) > left)
        {
            return;
        }

        json.WritePropertyName(key);
        Write(json, value);
        left -= (int)(json.BytesCommitted + json.BytesPending - before);
    }

    /// <summary>No less than what it takes.</summary>
    private static int EstimateOf(CmcdValue value) => value.Items is { } items
        ? 2 + items.Sum(item => item.ObjectType.Length + 8 + EstimateOf(item.Value))
        : value.IsNumber ? 24 : value.Kind is CmcdKind.Boolean ? 5 : EstimateOf(value.Text) + 2;

    // An escaped character takes six bytes: a short text is not worth a closer look.
    private static int EstimateOf(string text) =>
        text.Length <= ShortText ? text.Length * 6 : JsonEncodedText.Encode(text, Options.Encoder).EncodedUtf8Bytes.Length;

    private static void Write(Utf8JsonWriter json, CmcdValue value)
    {
        switch (value.Kind)
        {
            case CmcdKind.Boolean:
                json.WriteBooleanValue(value.Number != 0);
                break;
            case CmcdKind.Integer or CmcdKind.Decimal:
                json.WriteNumberValue(value.Number);
                break;
            case CmcdKind.List:
                WriteItems(json, value.Items!);
                break;
            default:
                json.WriteStringValue(value.Text);
                break;
        }
    }

    private static void WriteItems(Utf8JsonWriter json, IReadOnlyList<CmcdItem> items)
    {
        json.WriteStartArray();
        foreach (var item in items)
        {
            if (item.ObjectType.Length == 0)
            {
                Write(json, item.Value);
                continue;
            }

            json.WriteStartObject();
            json.WritePropertyName(item.ObjectType);
            Write(json, item.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
