using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Cli.Catalog;

/// <summary>Values of fields as people read and type them: <c>dolby-vision</c>, <c>2h16m</c>, <c>imdb:tt0133093</c>. What Format writes, Parse reads.</summary>
internal static partial class FieldText
{
    private static readonly string[] CountFromZero = ["number", "sort_order"];

    /// <summary>The field's value; empty when it is not stated or unknown.</summary>
    public static string Format(FieldDescriptor field, IMessage message) => field.Accessor.GetValue(message) switch
    {
        null => "",
        IEnumerable values and not (string or IMessage) => string.Join(", ", values.Cast<object>().Select(value => One(field, value))),
        var value => One(field, value),
    };

    /// <summary>The value that a text names, as the field takes it.</summary>
    /// <exception cref="FormatException">It names none; the message says what would.</exception>
    public static object Parse(FieldDescriptor field, string text) => field.FieldType switch
    {
        FieldType.String => text,
        FieldType.Bool => bool.TryParse(text, out var value) ? value : throw new FormatException("must be true or false"),
        FieldType.Int32 => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value : throw new FormatException("must be a whole number"),
        FieldType.Int64 when IsDuration(field) => Milliseconds(text),
        FieldType.Int64 => long.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var value)
            ? value : throw new FormatException("must be a whole number"),
        FieldType.Double => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value : throw new FormatException("must be a number"),
        FieldType.Enum => EnumValue(field.EnumType, text),
        FieldType.Message when field.MessageType == Timestamp.Descriptor => Time(text),
        FieldType.Message when field.MessageType == ExternalId.Descriptor => ExternalIdOf(field, text),
        FieldType.Message when field.MessageType == ContentRating.Descriptor => ContentRatingOf(text),
        _ => throw new ArgumentException($"{field.FullName} has no text form.", nameof(field)),
    };

    /// <summary>What values are like, for the help.</summary>
    public static string KindOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Enum => string.Join('|', NamesOf(field.EnumType)),
        FieldType.Bool => "true|false",
        FieldType.Int32 or FieldType.Int64 when !IsDuration(field) => "number",
        FieldType.Int64 => "duration",
        FieldType.Double => "number",
        FieldType.Message when field.MessageType == Timestamp.Descriptor => "time",
        FieldType.Message when field.MessageType == ExternalId.Descriptor => "scheme:id",
        FieldType.Message => "country:rating",
        _ => "text",
    };

    /// <summary>True for messages that are one value, and not several fields.</summary>
    public static bool IsValue(MessageDescriptor type) => type == Timestamp.Descriptor || type == ExternalId.Descriptor || type == ContentRating.Descriptor;

    public static IEnumerable<string> NamesOf(EnumDescriptor type) => type.Values.Where(value => value.Number != 0).Select(value => NameOf(type, value.Number));

    public static bool IsDuration(FieldDescriptor field) => field.Name.EndsWith("_ms", StringComparison.Ordinal);

    private static string One(FieldDescriptor field, object value) => value switch
    {
        string text => text,
        bool yes => yes ? "yes" : "no",
        System.Enum => NameOf(field.EnumType, Convert.ToInt32(value, CultureInfo.InvariantCulture)),
        0 or 0L when !CountFromZero.Contains(field.Name, StringComparer.Ordinal) => "",
        0.0 => "",
        long milliseconds when IsDuration(field) => DurationText(milliseconds),
        long number => number.ToString("N0", CultureInfo.InvariantCulture),
        Timestamp time => time.ToDateTimeOffset().ToString("u", CultureInfo.InvariantCulture),
        ExternalId id => $"{NameOf(field.MessageType.FieldAt("scheme").EnumType, (int)id.Scheme)}:{id.Value}",
        ContentRating rating => $"{rating.Country}:{rating.Rating}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string NameOf(EnumDescriptor type, int number) => number == 0
        ? ""
        : type.FindValueByNumber(number)?.Name[Prefix(type)..].Replace('_', '-').ToLowerInvariant() ?? number.ToString(CultureInfo.InvariantCulture);

    private static int Prefix(EnumDescriptor type) => type.FindValueByNumber(0).Name.Length - "UNSPECIFIED".Length;

    private static object EnumValue(EnumDescriptor type, string text)
    {
        var value = type.Values.FirstOrDefault(
            value => value.Number != 0 && string.Equals(NameOf(type, value.Number), text.Replace('_', '-'), StringComparison.OrdinalIgnoreCase));
        return value is null
            ? throw new FormatException($"must be one of {string.Join(", ", NamesOf(type))}")
            : System.Enum.ToObject(type.ClrType, value.Number);
    }

    private static Timestamp Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? Timestamp.FromDateTimeOffset(time)
            : throw new FormatException("must be a time such as 2026-12-24 or 2026-12-24T18:00:00Z");

    private static ExternalId ExternalIdOf(FieldDescriptor field, string text) => text.Split(':', 2) is [var scheme, { Length: > 0 } value]
        ? new ExternalId { Scheme = (ExternalIdScheme)EnumValue(field.MessageType.FieldAt("scheme").EnumType, scheme), Value = value }
        : throw new FormatException("must be a scheme and an id, such as imdb:tt0133093");

    private static ContentRating ContentRatingOf(string text) => text.Split(':', 2) is [{ Length: > 0 } country, { Length: > 0 } rating]
        ? new ContentRating { Country = country, Rating = rating }
        : throw new FormatException("must be a country and its rating, such as US:PG-13");

    private static string DurationText(long milliseconds)
    {
        (long Amount, string Unit)[] parts =
            [(milliseconds / 3_600_000, "h"), (milliseconds / 60_000 % 60, "m"), (milliseconds / 1_000 % 60, "s"), (milliseconds % 1_000, "ms")];
        return string.Concat(parts.Where(part => part.Amount != 0).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Amount}{part.Unit}")));
    }

    private static object Milliseconds(string text)
    {
        var match = DurationPattern().Match(text);
        if (!match.Success || text.Length == 0)
        {
            throw new FormatException("must be a duration such as 2h16m, 45m or 1m30s");
        }

        return (Part("h") * 3_600_000) + (Part("m") * 60_000) + (Part("s") * 1_000) + Part("ms");

        long Part(string unit) => match.Groups[unit] is { Success: true, Value: var digits } ? long.Parse(digits, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"^((?<h>\d{1,9})h)?((?<m>\d{1,9})m)?((?<s>\d{1,9})s)?((?<ms>\d{1,9})ms)?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex DurationPattern();
}
