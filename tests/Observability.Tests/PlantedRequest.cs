using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace MoviesNow.Observability.Tests;

/// <summary>A request whose every text is planted. Ids are either planted too, or well formed, so that the call gets as far as the database.</summary>
internal static class PlantedRequest
{
    private const int MaxDepth = 3;

    /// <summary>Well formed, and known to nobody.</summary>
    public const string Id = "0198c0de-7a5b-7c3d-8e9f-0123456789ab";

    public static IMessage Of(MessageDescriptor type, bool hasIds) => Fill(type, hasIds, depth: 0);

    private static IMessage Fill(MessageDescriptor type, bool hasIds, int depth)
    {
        var message = type.Parser.ParseFrom([]);
        foreach (var field in type.Fields.InDeclarationOrder().Where(field => !field.IsMap && (field.FieldType is not FieldType.Message || depth < MaxDepth)))
        {
            var value = ValueOf(field, hasIds, depth);
            if (field.IsRepeated)
            {
                ((System.Collections.IList)field.Accessor.GetValue(message)).Add(value);
            }
            else
            {
                field.Accessor.SetValue(message, value);
            }
        }

        return message;
    }

    private static object ValueOf(FieldDescriptor field, bool hasIds, int depth) => field.FieldType switch
    {
        FieldType.String when hasIds && IsId(field.Name) => Id,
        FieldType.String when hasIds && field.Name is "sha256" => new string('a', 64),
        FieldType.String when hasIds && field.Name is "country" or "language" => "NO",
        // Not of any page, etag or token: each would be refused before anything else.
        FieldType.String when hasIds && field.Name is "page_token" or "etag" => "",
        FieldType.String => $"{ObservedSystem.Mark}-{field.Name}",
        FieldType.Bytes => ByteString.CopyFromUtf8($"{ObservedSystem.Mark}-{field.Name}"),
        FieldType.Bool => false,
        FieldType.Double => 1.0,
        FieldType.Float => 1.0f,
        FieldType.Int64 => 1L,
        FieldType.UInt64 => 1UL,
        FieldType.UInt32 => 1U,
        FieldType.Enum => field.EnumType.Values[Math.Min(1, field.EnumType.Values.Count - 1)].Number,
        FieldType.Message when field.MessageType == Timestamp.Descriptor => Timestamp.FromDateTime(DateTime.UtcNow),
        FieldType.Message when field.MessageType == FieldMask.Descriptor => new FieldMask { Paths = { hasIds ? "label" : ObservedSystem.Mark } },
        FieldType.Message => Fill(field.MessageType, hasIds, depth + 1),
        _ => 1,
    };

    private static bool IsId(string name) => name is "id" || name.EndsWith("_id", StringComparison.Ordinal) || name.EndsWith("_ids", StringComparison.Ordinal);
}
