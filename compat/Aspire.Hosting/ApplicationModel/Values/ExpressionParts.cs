using System.Globalization;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What an interpolated expression is made of, collected piece by piece.</summary>
internal sealed class ExpressionParts
{
    private readonly StringBuilder _format = new();
    private readonly List<IValueProvider> _providers = [];
    private readonly List<string> _manifest = [];
    private readonly List<string?> _formats = [];

    public bool IsEmpty => _format.Length == 0;

    public void AppendLiteral(string value) =>
        _format.Append(value.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));

    public void AppendText(string? value, string? format)
    {
        if (value is not null)
            AppendLiteral(ValueFormat.Apply(value, format));
    }

    public void AppendValue(IValueProvider provider, IManifestExpressionProvider expression, string? format)
    {
        // A nested expression is inlined, so that its format applies to each of its values.
        if (provider is ReferenceExpression nested && format is null)
        {
            AppendNested(nested);
            return;
        }

        _format.Append(CultureInfo.InvariantCulture, $"{{{_providers.Count}}}");
        _providers.Add(provider);
        _manifest.Add(expression.ValueExpression);
        _formats.Add(format);
    }

    public ReferenceExpression Build() => new(_format.ToString(), [.. _providers], [.. _manifest], [.. _formats]);

    private void AppendNested(ReferenceExpression nested)
    {
        var offset = _providers.Count;
        var shifted = Enumerable.Range(offset, nested.ValueProviders.Count).Select(i => (object)$"{{{i}}}").ToArray();
        // Formatting unescapes the literal braces of the nested format: double them first.
        var kept = nested.Format.Replace("{{", "{{{{", StringComparison.Ordinal).Replace("}}", "}}}}", StringComparison.Ordinal);
        _format.Append(string.Format(CultureInfo.InvariantCulture, kept, shifted));
        _providers.AddRange(nested.ValueProviders);
        _manifest.AddRange(nested.ManifestExpressions);
        _formats.AddRange(nested.StringFormats);
    }
}

internal static class ValueFormat
{
    /// <summary>Only <c>uri</c> has a meaning: the value is escaped as part of a URI.</summary>
    public static string Apply(string value, string? format) =>
        string.Equals(format, "uri", StringComparison.OrdinalIgnoreCase) ? Uri.EscapeDataString(value) : value;
}
