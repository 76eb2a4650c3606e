using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Requests;
using IPNetwork = System.Net.IPNetwork;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>Whose word on a client's address and country is taken; configuration section <c>Proxies</c>.</summary>
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

    /// <summary>
    /// Headers in which the proxies tell the client's country (ISO 3166-1 alpha-2), such as <c>CloudFront-Viewer-Country</c> or
    /// <c>CF-IPCountry</c>. Taken only from connections of <see cref="TrustedNetworks"/>, so the proxy must set the header itself or
    /// remove what the client sent. None, the default: every country is unknown. Countries that contradict each other are unknown, too.
    /// </summary>
    public IList<string> CountryHeaders { get; } = [];
}

internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        var networks = options.TrustedNetworks
            .Select((network, i) => IPNetwork.TryParse(network, out _) ? null : $"{ProxyOptions.Section}:{nameof(options.TrustedNetworks)}:{i} must be a network such as 10.0.0.0/8.");
        var headers = options.CountryHeaders
            .Select((header, i) => IsHeaderName(header) ? null : $"{ProxyOptions.Section}:{nameof(options.CountryHeaders)}:{i} must be the name of a header such as CF-IPCountry.");
        var errors = networks.Concat(headers).OfType<string>().ToList();
        if (options is { CountryHeaders.Count: > 0, TrustedNetworks.Count: 0 })
        {
            errors.Add($"{ProxyOptions.Section}:{nameof(options.CountryHeaders)} needs {ProxyOptions.Section}:{nameof(options.TrustedNetworks)}: from other connections it is ignored.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static bool IsHeaderName(string text) => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}

/// <summary>The networks of <see cref="ProxyOptions.TrustedNetworks"/>.</summary>
internal sealed class TrustedNetworks(IOptions<ProxyOptions> options)
{
    private readonly IPNetwork[] _networks = [.. options.Value.TrustedNetworks.Select(IPNetwork.Parse)];

    public bool Contain(IPAddress? address)
    {
        address = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return address is not null && Array.Exists(_networks, network => network.Contains(address));
    }
}

internal static class TrustedProxies
{
    public static void AddTrustedProxies(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ProxyOptions>().BindConfiguration(ProxyOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ProxyOptions>, ProxyOptionsValidator>();
        builder.Services.AddSingleton<TrustedNetworks>();
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

    /// <summary>Goes first: everything after it sees the client's address as that of the connection, and the country that proxies told.</summary>
    public static void UseTrustedProxies(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<IOptions<ProxyOptions>>().Value;
        if (options.TrustedNetworks.Count == 0)
        {
            return;
        }

        if (options.CountryHeaders.Count > 0)
        {
            // Before the address of the proxy is replaced by that of the client.
            var (networks, headers) = (app.ApplicationServices.GetRequiredService<TrustedNetworks>(), options.CountryHeaders.ToArray());
            app.Use((context, next) =>
            {
                if (networks.Contain(context.Connection.RemoteIpAddress))
                {
                    CallerCountry.Remember(context, CallerCountry.In(context.Request.Headers, headers));
                }

                return next(context);
            });
        }

        app.UseForwardedHeaders();
    }
}
