using System.Collections;
using System.Reflection;

namespace MoviesNow.Deployment.Tests.Manifests;

/// <summary>The settings that a service reads, from its options classes.</summary>
internal static class OptionNames
{
    // Read by name from the configuration, by our code or by OpenTelemetry, .NET and Kestrel.
    private static readonly string[] Single =
    [
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES", "POD_NAME",
    ];

    /// <summary>Whether a variable of the environment is a setting of a service.</summary>
    public static bool Knows(ServiceFacts service, string variable)
    {
        var path = variable.Split("__");
        return path switch
        {
            [var name] => Single.Contains(name),
            ["ConnectionStrings", var name] => name == service.Database || (name == "redis" && service.HasRedis),
            // Settings of all services have the address; only those that call use it.
            ["services", var name, "grpc", "0"] => ServiceFacts.All.Any(known => known.Calls.Contains(name)),
            _ => Sections(service).Any(section => path.Length > section.Path.Length
                && section.Path.SequenceEqual(path.Take(section.Path.Length), StringComparer.Ordinal)
                && Leads(section.Options, [.. path.Skip(section.Path.Length)])),
        };
    }

    /// <summary>Options of the service and of what it is made of: a class that names its section in a constant.</summary>
    private static IEnumerable<(string[] Path, Type Options)> Sections(ServiceFacts service)
    {
        List<Assembly> assemblies = [service.Assembly, typeof(ServiceDefaults.ServiceDefaultsExtensions).Assembly];
        if (service.HasBucket)
        {
            assemblies.Add(typeof(Storage.StorageOptions).Assembly);
        }

        return from type in assemblies.SelectMany(assembly => assembly.GetTypes())
               from constant in type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
               where constant is { IsLiteral: true, Name: "Section" or "SectionName" }
               select (((string)constant.GetRawConstantValue()!).Split(':'), type);
    }

    /// <summary>Whether the words lead through properties, items of lists and entries of dictionaries to a value.</summary>
    private static bool Leads(Type type, ReadOnlySpan<string> path)
    {
        if (path.IsEmpty)
        {
            return type == typeof(string) || type.IsValueType;
        }

        if (type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable)))
        {
            var isDictionary = type.GetGenericArguments().Length == 2;
            return (isDictionary || path[0].All(char.IsAsciiDigit)) && Leads(type.GetGenericArguments()[^1], path[1..]);
        }

        return type.GetProperty(path[0]) is { } property && Leads(property.PropertyType, path[1..]);
    }
}
