using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using MoviesNow.ServiceDefaults.Tests.Harness;

namespace MoviesNow.ServiceDefaults.Tests.Identity;

/// <summary>An authority that takes a new key, and withdraws the old one.</summary>
public sealed class RotatedKeyTests : IAsyncLifetime
{
    private const string Path = "/moviesnow.catalog.v1.TitleService/CreateTitle";

    private readonly Authority _authority = new();
    private readonly RsaSecurityKey _newKey = new(RSA.Create(2048)) { KeyId = "three" };
    private TestHost _host = null!;

    public async Task InitializeAsync()
    {
        await _authority.StartAsync();
        _host = await TestHost.StartAsync(OpenServices.MapAll, null, ("Auth:Authority", _authority.Address), ("Auth:Audience", "moviesnow"));
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _authority.DisposeAsync();
    }

    [Fact]
    public async Task Call_TokenOfANewKey_IsLetInWithoutARestart()
    {
        Assert.Equal("UNIMPLEMENTED", await ReasonAsync(_authority.Key, "before"));

        _authority.Keys = [_authority.Key, _newKey];

        await UntilLetInAsync(_newKey);
        Assert.Equal("UNIMPLEMENTED", await ReasonAsync(_authority.Key, "after"));
    }

    [Fact]
    public async Task Call_TokenOfAKeyThatWasWithdrawn_IsUnauthenticatedOnceTheNewKeysAreKnown()
    {
        Assert.Equal("UNIMPLEMENTED", await ReasonAsync(_authority.Key, "before"));

        _authority.Keys = [_newKey];
        await UntilLetInAsync(_newKey);

        Assert.Equal("UNAUTHENTICATED", await ReasonAsync(_authority.Key, "after"));
    }

    [Fact]
    public async Task Call_TokensOfAKeyThatNeverWas_CostTheAuthorityNothing()
    {
        Assert.Equal("UNIMPLEMENTED", await ReasonAsync(_authority.Key, "before"));
        using var mine = RSA.Create(2048);

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("UNAUTHENTICATED", await ReasonAsync(new RsaSecurityKey(mine) { KeyId = $"forged-{i}" }, "somebody"));
        }

        // One at the start, and one because of the first key that was not known.
        Assert.InRange(_authority.KeyRequests, 1, 2);
    }

    private async Task UntilLetInAsync(RsaSecurityKey key)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await ReasonAsync(key, "somebody") is not "UNIMPLEMENTED")
        {
            await Task.Delay(50, limit.Token);
        }
    }

    /// <summary>Each subject's token is another, so that none is remembered.</summary>
    private async Task<string> ReasonAsync(SecurityKey key, string subject)
    {
        var token = new Jwt { Key = key, Algorithm = SecurityAlgorithms.RsaSha256, Issuer = _authority.Address, Subject = subject };
        return (await _host.PostAsync(Path, null, ("authorization", $"Bearer {token}"))).Reason;
    }
}
