using System.Reflection;

namespace MoviesNow.Reference.Settings;

/// <summary>A class that a section of the configuration is bound to.</summary>
/// <param name="Name">The section, such as <c>Delivery:Quotas</c>.</param>
/// <param name="Type">The class.</param>
internal sealed record OptionsSection(string Name, Type Type)
{
    private static readonly string[] Programs = ["MoviesNow.Catalog", "MoviesNow.Upload", "MoviesNow.Delivery", "MoviesNow.Telemetry"];
    private static readonly string[] Libraries = ["MoviesNow.ServiceDefaults", "MoviesNow.Storage"];

    /// <summary>The assemblies whose classes are looked at.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } = [.. Programs.Concat(Libraries).Select(Assembly.Load)];

    /// <summary>Which services have the section.</summary>
    public string ReadBy => ServicesWith(Type.Assembly);

    /// <summary>Which services have what is in an assembly.</summary>
    public static string ServicesWith(Assembly assembly) => assembly.GetName().Name switch
    {
        "MoviesNow.ServiceDefaults" => "every service",
        "MoviesNow.Storage" => "Catalog, Upload, Delivery",
        var name => name!["MoviesNow.".Length..],
    };

    /// <summary>Every section, in the order of the names.</summary>
    public static IEnumerable<OptionsSection> All() =>
        Assemblies.SelectMany(assembly => assembly.GetTypes())
            .Select(type => NameIn(type) is { } section ? new OptionsSection(section, type) : null)
            .OfType<OptionsSection>()
            .OrderBy(section => section.Name, StringComparer.Ordinal);

    /// <summary>The options as they are without configuration.</summary>
    public object Default() => Activator.CreateInstance(Type, nonPublic: true)!;

    // A constant says where the class is bound; names of other things are no sections.
    private static string? NameIn(Type type) => type.IsClass && type.GetConstructor(Type.EmptyTypes) is not null && type.GetProperties().Length > 0
        ? (type.GetField("Section", Constants) ?? type.GetField("SectionName", Constants))?.GetRawConstantValue() as string
        : null;

    private const BindingFlags Constants = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
}
