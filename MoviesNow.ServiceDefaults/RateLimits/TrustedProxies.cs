using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>Whose word on a client's address is taken; configuration section <c>Proxies</c>.</summary>
public sealed class ProxyOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Proxies";

    /// <summary>
    /// Networks (such as <c>10.0.0.0/8</c>) of the proxies and load balancers in front. From their connections the client's address is
    /// taken out of <c>X-Forwarded-For</c>, from right to left as far as the addresses are of these networks. None, the default: the
    /// header, which anybody can send, is ignored.
    /// </summary>
    public IList<string> TrustedNetworks { get; } = [];
}

internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        var errors = options.TrustedNetworks
            .Select((network, i) => IPNetwork.TryParse(network, out _) ? null : $"{ProxyOptions.Section}:{nameof(options.TrustedNetworks)}:{i} must be a network such as 10.0.0.0/8.")
            .OfType<string>()
            .ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

internal static class TrustedProxies
{
    public static void AddTrustedProxies(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ProxyOptions>().BindConfiguration(ProxyOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ProxyOptions>, ProxyOptionsValidator>();
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<ProxyOptions>>((forwarded, proxies) =>
        {
            forwarded.ForwardedHeaders = proxies.Value.TrustedNetworks.Count == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor;

            // As many as there are: each is looked up in the networks.
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in proxies.Value.TrustedNetworks)
            {
                forwarded.KnownIPNetworks.Add(IPNetwork.Parse(network));
            }
        });
    }

    /// <summary>Goes first: everything after it sees the client's address as that of the connection.</summary>
    public static void UseTrustedProxies(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetRequiredService<IOptions<ProxyOptions>>().Value.TrustedNetworks.Count > 0)
        {
            app.UseForwardedHeaders();
        }
    }
}
