using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace MoviesNow.ServiceDefaults.Tests.Identity;

/// <summary>An OpenID Connect authority on loopback: its configuration document and its keys.</summary>
internal sealed class Authority : IAsyncDisposable
{
    private WebApplication? _app;
    private int _keyRequests;

    /// <summary>Its address, also while it does not run.</summary>
    public string Address { get; } = $"http://127.0.0.1:{EmbeddedServers.FreePort.Next()}";

    public RsaSecurityKey Key { get; } = new(RSA.Create(2048)) { KeyId = "one" };

    public ECDsaSecurityKey EllipticKey { get; } = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "two" };

    /// <summary>What it publishes; a test may change it.</summary>
    public IReadOnlyList<SecurityKey> Keys { get; set; } = [];

    /// <summary>How often its keys were asked for.</summary>
    public int KeyRequests => Volatile.Read(ref _keyRequests);

    public async Task StartAsync()
    {
        Keys = Keys is [] ? [Key, EllipticKey] : Keys;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, new Uri(Address).Port));
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", () => new { issuer = Address, jwks_uri = $"{Address}/keys" });
        _app.MapGet("/keys", () =>
        {
            Interlocked.Increment(ref _keyRequests);
            return new { keys = Keys.Select(Published).ToArray() };
        });
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private static object Published(SecurityKey key) => Published(key switch
    {
        RsaSecurityKey rsa => JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(rsa.Rsa.ExportParameters(false)) { KeyId = rsa.KeyId }),
        ECDsaSecurityKey elliptic => JsonWebKeyConverter.ConvertFromECDsaSecurityKey(elliptic),
        _ => throw new ArgumentException("Authorities publish no other keys.", nameof(key)),
    });

    private static object Published(JsonWebKey key) => new { kty = key.Kty, kid = key.Kid, use = "sig", n = key.N, e = key.E, crv = key.Crv, x = key.X, y = key.Y };
}
