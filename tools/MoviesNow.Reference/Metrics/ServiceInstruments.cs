using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MoviesNow.Reference.Settings;

namespace MoviesNow.Reference.Metrics;

/// <summary>
/// What the services measure, from the classes that create instruments: whoever asks for an <see cref="IMeterFactory"/> is constructed, without
/// anything else that it asks for.
/// </summary>
internal static class ServiceInstruments
{
    /// <summary>Every instrument with the assembly that has it.</summary>
    public static IReadOnlyList<(Assembly Owner, Instrument Instrument)> All()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var found = new List<(Assembly, Instrument)>();
        Assembly? owner = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Scope == meters)
                {
                    found.Add((owner!, instrument));
                }
            },
        };
        listener.Start();
        var types = OptionsSection.Assemblies.SelectMany(assembly => assembly.GetTypes());
        foreach (var constructor in types.SelectMany(type => type.GetConstructors()).Where(AsksForMeters))
        {
            owner = constructor.DeclaringType!.Assembly;
            constructor.Invoke([.. constructor.GetParameters().Select(parameter => Argument(parameter.ParameterType, meters))]);
        }

        return found;
    }

    private static bool AsksForMeters(ConstructorInfo constructor) =>
        constructor.GetParameters().Any(parameter => parameter.ParameterType == typeof(IMeterFactory));

    private static object? Argument(Type type, IMeterFactory meters) => type switch
    {
        _ when type == typeof(IMeterFactory) => meters,
        { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(IOptions<>) => Activator.CreateInstance(
            typeof(OptionsWrapper<>).MakeGenericType(type.GenericTypeArguments), Activator.CreateInstance(type.GenericTypeArguments[0])),
        _ => null,
    };
}
