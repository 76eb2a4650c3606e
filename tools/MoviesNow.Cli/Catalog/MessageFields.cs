using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MoviesNow.Cli.Catalog;

/// <summary>Fields of messages by their names in the contract: requests, resources and answers name the same things alike.</summary>
internal static class MessageFields
{
    private static readonly string[] Identity = ["id", "title_id", "season_id", "asset_id", "create_time", "update_time", "etag"];

    public static MessageDescriptor DescriptorOf<T>() where T : IMessage<T>, new() => new T().Descriptor;

    public static bool Has(this MessageDescriptor type, string name) => type.FindFieldByName(name) is not null;

    /// <summary>The field at the end of a path, such as <c>availability.from</c>.</summary>
    public static FieldDescriptor FieldAt(this MessageDescriptor type, string path)
    {
        var field = default(FieldDescriptor);
        foreach (var name in path.Split('.'))
        {
            field = (field?.MessageType ?? type).FindFieldByName(name) ?? throw new ArgumentException($"{type.FullName} has no field {path}.", nameof(path));
        }

        return field!;
    }

    /// <summary>Sets the field at the end of a path; no values clear it.</summary>
    public static void Set(this IMessage message, string path, params IReadOnlyCollection<object> values)
    {
        var field = message.Descriptor.FieldAt(path);
        var owner = path.Split('.')[..^1].Aggregate(message, Child);
        if (field.IsRepeated)
        {
            var list = (IList)field.Accessor.GetValue(owner);
            list.Clear();
            foreach (var value in values)
            {
                list.Add(value);
            }
        }
        else if (values.Count == 0)
        {
            field.Accessor.Clear(owner);
        }
        else
        {
            field.Accessor.SetValue(owner, values.Single());
        }
    }

    /// <summary>A message of another type with the fields that both have, those apart that the catalogue sets itself.</summary>
    public static IMessage CopyOf(IMessage from, MessageDescriptor type)
    {
        var to = New(type);
        foreach (var field in from.Descriptor.Fields.InDeclarationOrder().Where(field => to.Descriptor.Has(field.Name) && !Identity.Contains(field.Name, StringComparer.Ordinal)))
        {
            var value = field.Accessor.GetValue(from);
            to.Set(field.Name, value is IList list ? [.. list.Cast<object>()] : value is null ? [] : [value]);
        }

        return to;
    }

    /// <summary>The message in a field, made when it is absent.</summary>
    public static IMessage Child(this IMessage message, string name)
    {
        var field = message.Descriptor.FieldAt(name);
        if (field.Accessor.GetValue(message) is not IMessage child)
        {
            child = New(field.MessageType);
            field.Accessor.SetValue(message, child);
        }

        return child;
    }

    public static IMessage New(MessageDescriptor type) => type.Parser.ParseFrom(ByteString.Empty);

    public static string Text(this IMessage message, string name) => (string)message.Descriptor.FieldAt(name).Accessor.GetValue(message);

    /// <summary>The field that holds a resource, or several: each answer and each update has one.</summary>
    public static FieldDescriptor FieldOf<T>(this MessageDescriptor type) where T : IMessage<T>, new()
    {
        var wanted = DescriptorOf<T>();
        return type.Fields.InDeclarationOrder().First(field => field.FieldType is FieldType.Message && field.MessageType == wanted);
    }

    public static T One<T>(this IMessage answer) where T : IMessage<T>, new() => (T)answer.Descriptor.FieldOf<T>().Accessor.GetValue(answer);

    public static IEnumerable<T> Many<T>(this IMessage answer) where T : IMessage<T>, new() =>
        (IEnumerable<T>)answer.Descriptor.FieldOf<T>().Accessor.GetValue(answer);
}
