using System.Text;
using Google.Protobuf.Reflection;
using FieldType = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Type;
using File = Google.Protobuf.Reflection.FileDescriptorProto;
using Label = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Label;

namespace MoviesNow.Reference.Contracts;

/// <summary>The messages and enumerations of a file.</summary>
internal sealed class TypeText(StringBuilder text, ContractSet contracts, File file)
{
    /// <summary>Writes all of them, each under a heading of its name.</summary>
    public void AppendAll()
    {
        foreach (var (index, message) in file.MessageType.Index())
        {
            Append(message, message.Name, [File.MessageTypeFieldNumber, index]);
        }

        foreach (var (index, type) in file.EnumType.Index())
        {
            Append(type, type.Name, [File.EnumTypeFieldNumber, index]);
        }
    }

    /// <summary>A link to the type, or its name where it is none of ours.</summary>
    public static string Link(ContractSet contracts, File from, string typeName)
    {
        if (contracts.FileOf(typeName) is not { } file)
        {
            return $"`{typeName[1..]}`";
        }

        var name = typeName[(file.Package.Length + 2)..];
        var page = ReferenceEquals(file, from) ? "" : ErrorPage.IsOf(file) ? "../errors.md" : $"{ContractPages.NameOf(file)}.md";
        return $"[{name}]({page}#{Markdown.Anchor(name)})";
    }

    private void Append(DescriptorProto message, string name, int[] path)
    {
        if (message.Options is { MapEntry: true })
        {
            return;
        }

        Head(name, path);
        if (message.Field.Count > 0)
        {
            text.Append('\n').Append(Markdown.Table("field | type | meaning", message.Field.Index().Select(field => string.Join(" | ",
                $"`{field.Item.Name}`",
                TypeOf(message, field.Item),
                Markdown.Cell(Alternative(message, field.Item) + contracts.Comment(file, [.. path, DescriptorProto.FieldFieldNumber, field.Index]))))));
        }

        foreach (var (index, nested) in message.NestedType.Index())
        {
            Append(nested, $"{name}.{nested.Name}", [.. path, DescriptorProto.NestedTypeFieldNumber, index]);
        }

        foreach (var (index, type) in message.EnumType.Index())
        {
            Append(type, $"{name}.{type.Name}", [.. path, DescriptorProto.EnumTypeFieldNumber, index]);
        }
    }

    private void Append(EnumDescriptorProto type, string name, int[] path)
    {
        Head(name, path);
        text.Append('\n').Append(Markdown.Table("value | number | meaning", type.Value.Index().Select(value => string.Join(" | ",
            $"`{value.Item.Name}`",
            value.Item.Number,
            Markdown.Cell(contracts.Comment(file, [.. path, EnumDescriptorProto.ValueFieldNumber, value.Index]))))));
    }

    private void Head(string name, int[] path) =>
        text.Append("\n## ").Append(name).Append('\n').Append(Markdown.Prose(contracts.Comment(file, path))).Append('\n');

    private static string Alternative(DescriptorProto message, FieldDescriptorProto field) =>
        field is { HasOneofIndex: true, Proto3Optional: false } ? $"One of `{message.OneofDecl[field.OneofIndex].Name}`. " : "";

    private string TypeOf(DescriptorProto message, FieldDescriptorProto field)
    {
        var entry = message.NestedType.FirstOrDefault(nested =>
            nested.Options is { MapEntry: true } && field.TypeName.EndsWith($".{message.Name}.{nested.Name}", StringComparison.Ordinal));
        if (entry is not null)
        {
            return $"map of {TypeOf(message, entry.Field[0])} to {TypeOf(message, entry.Field[1])}";
        }

        var name = field.Type is FieldType.Message or FieldType.Enum ? Link(contracts, file, field.TypeName) : $"`{field.Type.ToString().ToLowerInvariant()}`";
        return field.Label is Label.Repeated ? $"repeated {name}" : field.Proto3Optional ? $"optional {name}" : name;
    }
}
