using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ParameterResourceBuilderExtensions
{
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.Add(name, _ => builder.Configured(name) ?? throw Missing(name), secret);

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddParameter(name, () => value, publishValueAsDefault, secret);

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, Func<string> valueGetter, bool publishValueAsDefault = false, bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(valueGetter);
        if (publishValueAsDefault && secret)
            throw new ArgumentException("A parameter cannot be both secret and published as a default value.", nameof(secret));
        return builder.Add(name, _ => builder.Configured(name) ?? valueGetter(), secret);
    }

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (persist)
            throw new NotSupportedException("The stand-in for Aspire.Hosting keeps no parameter values in user secrets (persist: true).");
        var parameter = builder.Add(name, fallback => builder.Configured(name) ?? fallback?.GetDefaultValue() ?? throw Missing(name), secret);
        parameter.Resource.Default = value;
        return parameter;
    }

    public static IResourceBuilder<ParameterResource> AddParameterFromConfiguration(
        this IDistributedApplicationBuilder builder, string name, string configurationKey, bool secret = false) =>
        builder.Add(name, _ => builder.Configuration[configurationKey] ?? throw Missing(name, configurationKey), secret);

    public static IResourceBuilder<ParameterResource> WithDescription(
        this IResourceBuilder<ParameterResource> builder, string description, bool enableMarkdown = false)
    {
        builder.Resource.Description = description;
        builder.Resource.EnableDescriptionMarkdown = enableMarkdown;
        return builder;
    }

    private static IResourceBuilder<ParameterResource> Add(
        this IDistributedApplicationBuilder builder, string name, Func<ParameterDefault?, string> value, bool secret) =>
        builder.AddResource(new ParameterResource(name, value, secret));

    private static string? Configured(this IDistributedApplicationBuilder builder, string name) => builder.Configuration[$"Parameters:{name}"];

    private static MissingParameterValueException Missing(string name, string? key = null) => new(
        $"Parameter resource could not be used because configuration key '{key ?? $"Parameters:{name}"}' is missing and the Parameter has no default value.");
}
