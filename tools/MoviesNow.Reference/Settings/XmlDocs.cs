using System.Reflection;
using System.Xml.Linq;

namespace MoviesNow.Reference.Settings;

/// <summary>Doc comments, from the files that the compiler writes beside assemblies.</summary>
internal sealed class XmlDocs
{
    private readonly Dictionary<string, XElement> _members = new(StringComparer.Ordinal);

    /// <summary>Reads the files of assemblies.</summary>
    public XmlDocs(IEnumerable<Assembly> assemblies)
    {
        foreach (var member in assemblies.SelectMany(assembly => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")))
        {
            _members[member.Attribute("name")!.Value] = member;
        }
    }

    /// <summary>The summary of a type as Markdown.</summary>
    public string Of(Type type) => Summary($"T:{NameOf(type)}");

    /// <summary>The summary of a property as Markdown.</summary>
    public string Of(PropertyInfo property) => Summary($"P:{NameOf(property.DeclaringType!)}.{property.Name}");

    private static string NameOf(Type type) => type.FullName!.Replace('+', '.');

    private string Summary(string member) => _members.TryGetValue(member, out var found) && found.Element("summary") is { } summary
        ? string.Join(' ', string.Concat(summary.Nodes().Select(Text)).Split(' ', '\n').Where(word => word.Length > 0))
        : "";

    private static string Text(XNode node) => node switch
    {
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see when see.Attribute("langword") is { } word => $"`{word.Value}`",
        XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")!.Value.Split('(')[0].Split('.', ':')[^1]}`",
        XElement element => string.Concat(element.Nodes().Select(Text)) + " ",
        XText text => text.Value,
        _ => "",
    };
}
