using System.CommandLine;
using System.CommandLine.Parsing;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MoviesNow.Cli.Catalog;

/// <summary>An argument that sets a field, such as the id of the title whose seasons are listed.</summary>
internal sealed record FieldArgument(string Path, Argument<string> Argument)
{
    public FieldArgument(string path, string name, string help) : this(path, new Argument<string>(name) { Description = help })
    {
    }
}

/// <summary>An option that sets a field of a message. An empty value clears the field.</summary>
internal sealed class FieldOption
{
    private readonly Func<ParseResult, List<object>> _values;
    private readonly Action<IMessage, List<object>> _apply;

    private FieldOption(string path, Option option, Func<ParseResult, List<object>> values, Action<IMessage, List<object>> apply) =>
        (Path, Option, _values, _apply) = (path, option, values, apply);

    /// <summary>The field; what an update's mask names is its first part.</summary>
    public string Path { get; }

    public Option Option { get; }

    /// <summary>An option for a field; its values are what <see cref="FieldText"/> reads.</summary>
    /// <param name="path">The field, such as <c>availability.from</c>.</param>
    /// <param name="help">What it is.</param>
    /// <param name="name">The option, when it is not named like the field.</param>
    /// <param name="required">True when the command cannot do without.</param>
    /// <param name="apply">Sets the field, when a message needs more for it than the values.</param>
    public static FieldOption Of<T>(string path, string help, string? name = null, bool required = false, Action<IMessage, List<object>>? apply = null)
        where T : IMessage<T>, new()
    {
        var field = MessageFields.DescriptorOf<T>().FieldAt(path);
        name ??= NameOf(field);
        apply ??= (message, values) => message.Set(path, values);
        if (field.FieldType is FieldType.Bool)
        {
            // The library takes what follows a switch for its value only when it is one.
            var flag = new Option<bool>(name) { Description = help, HelpName = FieldText.KindOf(field) };
            return new FieldOption(path, flag, parsed => [parsed.GetValue(flag)], apply);
        }

        var option = new Option<List<object>>(name)
        {
            Description = field.IsRepeated ? $"{help}; may be repeated" : help,
            Required = required,
            HelpName = FieldText.KindOf(field),
            Arity = field.IsRepeated ? ArgumentArity.OneOrMore : ArgumentArity.ExactlyOne,
            CustomParser = result => Parse(field, name, result),
        };
        if (field.FieldType is FieldType.Enum)
        {
            option.CompletionSources.Add([.. FieldText.NamesOf(field.EnumType)]);
        }

        return new FieldOption(path, option, parsed => parsed.GetRequiredValue(option), apply);
    }

    public bool IsGiven(SymbolResult result) => result.GetResult(Option) is { Implicit: false };

    public bool IsGiven(ParseResult parsed) => parsed.GetResult(Option) is { Implicit: false };

    /// <summary>Sets the field when the option is given.</summary>
    public void Apply(ParseResult parsed, IMessage message)
    {
        if (IsGiven(parsed))
        {
            _apply(message, _values(parsed));
        }
    }

    private static string NameOf(FieldDescriptor field)
    {
        var name = field.Name;
        name = name.StartsWith("is_", StringComparison.Ordinal) ? name["is_".Length..] : name;
        return "--" + (FieldText.IsDuration(field) ? name[..^"_ms".Length] : name).Replace('_', '-');
    }

    private static List<object> Parse(FieldDescriptor field, string name, ArgumentResult result)
    {
        var texts = result.Tokens.SelectMany(token => field.IsRepeated ? token.Value.Split(',', StringSplitOptions.TrimEntries) : [token.Value]);
        var values = new List<object>();
        foreach (var text in texts.Where(text => text.Length > 0))
        {
            try
            {
                values.Add(FieldText.Parse(field, text));
            }
            catch (FormatException exception)
            {
                result.AddError($"{name} {exception.Message}.");
            }
        }

        return values;
    }
}
