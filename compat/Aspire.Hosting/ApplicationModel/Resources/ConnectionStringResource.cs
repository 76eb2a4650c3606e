using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public class ConnectionStringResource(string name, ReferenceExpression connectionStringExpression)
    : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
{
    public ReferenceExpression ConnectionStringExpression { get; } =
        connectionStringExpression ?? throw new ArgumentNullException(nameof(connectionStringExpression));
}

/// <summary>A connection string that configuration gives, under <c>ConnectionStrings:{name}</c>.</summary>
internal sealed class ConfiguredConnectionString(string name, Func<ParameterDefault?, string> callback, string? environmentVariableName)
    : ParameterResource(name, callback, secret: true), IResourceWithConnectionString
{
    public string? ConnectionStringEnvironmentVariable => environmentVariableName;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{new ParameterValue(this)}");

    public override string ValueExpression => $"{{{Name}.connectionString}}";

    public override ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => new(Value);

    string IManifestExpressionProvider.ValueExpression => ValueExpression;

    IEnumerable<object> IValueWithReferences.References => [];

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => GetValueAsync(cancellationToken);

    ValueTask<string?> IValueProvider.GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken) =>
        GetValueAsync(cancellationToken);

    private sealed class ParameterValue(ConfiguredConnectionString owner) : IValueProvider, IManifestExpressionProvider
    {
        public string ValueExpression => owner.ValueExpression;

        public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => owner.GetValueAsync(cancellationToken);
    }
}
