namespace Aspire.Hosting.ApplicationModel;

public class ParameterResource : Resource, IManifestExpressionProvider, IValueProvider
{
    private readonly Lazy<string> _value;

    public ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _value = new(() => callback(Default), LazyThreadSafetyMode.PublicationOnly);
        Secret = secret;
    }

    public bool Secret { get; }

    public bool IsConnectionString { get; set; }

    public ParameterDefault? Default { get; set; }

    public string? Description { get; set; }

    public bool EnableDescriptionMarkdown { get; set; }

    public string Value => _value.Value;

    public virtual string ValueExpression => $"{{{Name}.value}}";

    public virtual ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => new(Value);

    public ValueTask<string?> GetValueAsync(ValueProviderContext _, CancellationToken cancellationToken) => GetValueAsync(cancellationToken);
}

public abstract class ParameterDefault
{
    public abstract string GetDefaultValue();
}

public class MissingParameterValueException(string message) : DistributedApplicationException(message);
