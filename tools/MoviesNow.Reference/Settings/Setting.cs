using System.Collections;
using System.Globalization;
using System.Reflection;

namespace MoviesNow.Reference.Settings;

/// <summary>One setting.</summary>
/// <param name="Name">Its path below the section, such as <c>SecureLink:SigningKeyId</c>.</param>
/// <param name="Property">What it is bound to.</param>
/// <param name="Owner">The object that has the property; null below a dictionary, whose entries there are none of.</param>
internal sealed record Setting(string Name, PropertyInfo Property, object? Owner)
{
    /// <summary>The type without its being optional.</summary>
    public Type Type => Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    /// <summary>What kind of value it takes.</summary>
    public string Kind => Type switch
    {
        { IsEnum: true } => string.Join(", ", Enum.GetNames(Type).Select(name => $"`{name}`")),
        _ when Type == typeof(bool) => "`true`, `false`",
        _ when Type == typeof(TimeSpan) => "duration",
        _ when Type == typeof(string) => "text",
        _ when IsList(Type) => "list",
        // The values of a dictionary.
        { IsGenericType: true } => "text",
        _ => "number",
    };

    /// <summary>The value without configuration; empty where there is none.</summary>
    public string Default => Owner is null ? "" : Property.GetValue(Owner) switch
    {
        null or "" => "",
        bool yes => yes ? "true" : "false",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        string text => text,
        IEnumerable list => string.Join(", ", list.Cast<object>()),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        var value => value.ToString()!,
    };

    /// <summary>The settings that an object and those inside it are bound to.</summary>
    public static IEnumerable<Setting> In(Type type, object? owner, string prefix = "")
    {
        foreach (var property in type.GetProperties().Where(property => property.GetIndexParameters().Length == 0).OrderBy(property => property.MetadataToken))
        {
            var (name, value) = (prefix + property.Name, property.PropertyType);
            if (value.IsGenericType && value.GetGenericArguments().Length == 2)
            {
                var entry = value.GetGenericArguments()[1];
                foreach (var setting in IsOurs(entry) ? In(entry, null, $"{name}:<name>:") : [new Setting($"{name}:<name>", property, null)])
                {
                    yield return setting;
                }
            }
            else if (IsOurs(value))
            {
                foreach (var setting in In(value, owner is null ? null : property.GetValue(owner), $"{name}:"))
                {
                    yield return setting;
                }
            }
            else if (property.SetMethod is { IsPublic: true } || IsList(value))
            {
                yield return new Setting(IsList(value) ? $"{name}:0" : name, property, owner);
            }
        }
    }

    private static bool IsList(Type type) => type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) && type.GetGenericArguments().Length == 1;

    private static bool IsOurs(Type type) => type.IsClass && type.Namespace?.StartsWith("MoviesNow", StringComparison.Ordinal) == true;
}
