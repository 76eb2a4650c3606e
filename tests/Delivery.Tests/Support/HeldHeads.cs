using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Tests.Support;

/// <summary>Keeps a call waiting for storage until its caller is gone.</summary>
internal sealed class HeldHeads
{
    public bool Hold { get; set; }

    public void Wrap(IServiceCollection services)
    {
        var inner = services.Last(service => service.ServiceType == typeof(IObjectStore));
        services.Replace(ServiceDescriptor.Singleton(provider => HeldStore.Around((IObjectStore)Create(inner, provider), this)));
        services.Replace(ServiceDescriptor.Singleton(provider => new HeadCache(
            provider.GetRequiredService<IObjectStore>(), provider.GetRequiredService<IOptions<StorageOptions>>(), provider.GetRequiredService<TimeProvider>())));
    }

    private static object Create(ServiceDescriptor service, IServiceProvider provider) =>
        service.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, service.ImplementationType!);

    /// <summary>The store, whose HEAD may be held.</summary>
    [SuppressMessage("Performance", "CA1852:Seal internal types", Justification = "The proxy is a subtype.")]
    public class HeldStore : System.Reflection.DispatchProxy
    {
        private IObjectStore _store = null!;
        private HeldHeads _heads = null!;

        internal static IObjectStore Around(IObjectStore store, HeldHeads heads)
        {
            var proxy = Create<IObjectStore, HeldStore>();
            ((HeldStore)(object)proxy)._store = store;
            ((HeldStore)(object)proxy)._heads = heads;
            return proxy;
        }

        protected override object? Invoke(System.Reflection.MethodInfo? targetMethod, object?[]? args) =>
            _heads.Hold && targetMethod!.Name == nameof(IObjectStore.HeadAsync)
                ? HoldAsync((CancellationToken)args![1]!)
                : targetMethod!.Invoke(_store, args);

        private static async Task<StoredObject?> HoldAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return null;
        }
    }
}
