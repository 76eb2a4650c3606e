using System.Reflection;
using Microsoft.Extensions.Options;

namespace MoviesNow.Reference.Settings;

/// <summary>What validators say a setting must be: asked with values that nobody means.</summary>
internal sealed class Limits
{
    private readonly OptionsSection _section;
    private readonly Func<object, IEnumerable<string>>[] _validators;

    /// <summary>Finds the validators of a section.</summary>
    public Limits(OptionsSection section)
    {
        _section = section;
        var contract = typeof(IValidateOptions<>).MakeGenericType(section.Type);
        var validators = section.Type.Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(contract)).Select(Create).OfType<object>();
        _validators = [.. validators.Select(Failures)];

        Func<object, IEnumerable<string>> Failures(object validator) => options =>
            ((ValidateOptionsResult)contract.GetMethod("Validate")!.Invoke(validator, [null, options])!).Failures ?? [];
    }

    /// <summary>The limits of a setting, such as <c>be 0 to 10</c>.</summary>
    public string Of(Setting setting)
    {
        var key = $"{_section.Name}:{setting.Name}";
        var said = new[] { (object?)null }.Concat(Extremes(setting.Type))
            .SelectMany(value => FailuresWith(setting, value))
            .Select(failure => failure.Split($"{key} must ") is ["", var limit] ? limit.TrimEnd('.') : null)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal);
        return string.Join("; ", said.Select(limit => limit.StartsWith("be ", StringComparison.Ordinal) ? limit[3..] : limit));
    }

    private static object[] Extremes(Type type) => type switch
    {
        _ when type == typeof(int) => [int.MinValue, int.MaxValue],
        _ when type == typeof(long) => [long.MinValue, long.MaxValue],
        _ when type == typeof(double) => [double.MinValue, double.MaxValue],
        _ when type == typeof(TimeSpan) => [TimeSpan.FromDays(-1), TimeSpan.FromDays(1_000_000)],
        _ when type == typeof(string) => ["\n"],
        _ => [],
    };

    private IEnumerable<string> FailuresWith(Setting setting, object? value)
    {
        var options = _section.Default();
        // Below a dictionary there is nothing to ask about.
        var place = Setting.In(_section.Type, options).Single(other => string.Equals(other.Name, setting.Name, StringComparison.Ordinal));
        if (place.Owner is null)
        {
            return [];
        }

        if (value is not null && place.Property.SetMethod is not null)
        {
            place.Property.SetValue(place.Owner, value);
        }

        try
        {
            return [.. _validators.SelectMany(validate => validate(options))];
        }
        catch (TargetInvocationException)
        {
            // A validator that cannot stand such a value tells no limit: configuration cannot give it one.
            return [];
        }
    }

    /// <summary>A validator with the options of others as they are by default; null for one that needs more.</summary>
    private static object? Create(Type type)
    {
        var constructor = type.GetConstructors().Single();
        var arguments = constructor.GetParameters().Select(parameter => Default(parameter.ParameterType)).ToArray();
        return arguments.Contains(null) ? null : constructor.Invoke(arguments);
    }

    private static object? Default(Type parameter) => parameter.IsGenericType && parameter.GetGenericTypeDefinition() == typeof(IOptions<>)
        ? Activator.CreateInstance(
            typeof(OptionsWrapper<>).MakeGenericType(parameter.GenericTypeArguments), Activator.CreateInstance(parameter.GenericTypeArguments[0]))
        : null;
}
