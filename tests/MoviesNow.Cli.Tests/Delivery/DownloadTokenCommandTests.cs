using MoviesNow.Delivery.V1;

namespace MoviesNow.Cli.Tests.Delivery;

[Collection(DeliveryTestGroup.Name)]
public sealed class DownloadTokenCommandTests : IDisposable
{
    private readonly DeliveryHost _host;
    private readonly DownloadFolder _folder = new();

    public DownloadTokenCommandTests(DeliveryHost host)
    {
        _host = host;
        _host.Gateway.Reset();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Mint_ForABundle_GivesAsManyLinksAsSaid()
    {
        var bundle = await _host.PublishedAsync(requiresToken: true);

        var minted = await _host.Cli.RunAsync("token", "mint", bundle.Id, "--max-uses", "2");
        var without = await _host.Cli.RunAsync("link", bundle.Id);
        var token = minted.Output.TrimEnd();
        await _host.Cli.OutputAsync("link", bundle.Id, "--token", token);
        await _host.Cli.OutputAsync("download", bundle.Id, "--token", token, "-o", _folder.Path);
        var spent = await _host.Cli.RunAsync("link", bundle.Key, "--token", token);

        Assert.Equal((0, 32), (minted.ExitCode, token.Length));
        Assert.Contains("moviesnow token revoke ", minted.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(token, minted.Errors, StringComparison.Ordinal);
        Assert.StartsWith("PermissionDenied TOKEN_REQUIRED", without.Errors, StringComparison.Ordinal);
        Assert.Equal(bundle.Bytes, await File.ReadAllBytesAsync(_folder.Target));
        Assert.StartsWith("PermissionDenied TOKEN_INVALID", spent.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_ByTheIdThatMintTold_MakesItWorthless()
    {
        var bundle = await _host.PublishedAsync(requiresToken: true);
        var minted = await _host.Cli.OneAsync<MintDownloadTokenResponse>("token", "mint", bundle.Key, "--ttl", "120");
        Assert.InRange(minted.ExpireTime.ToDateTimeOffset(), DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddSeconds(120));

        Assert.Equal("", await _host.Cli.OutputAsync("token", "revoke", minted.TokenId));

        var ended = await _host.Cli.RunAsync("link", bundle.Id, "--token", minted.Token);
        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("PermissionDenied TOKEN_INVALID", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_OfABundle_TellsWhatIsLeftOfItsTokens()
    {
        var (bundle, other) = (await _host.PublishedAsync(requiresToken: true), await _host.PublishedAsync(requiresToken: true));
        var minted = await _host.Cli.OneAsync<MintDownloadTokenResponse>("token", "mint", bundle.Id, "--max-uses", "3");
        await _host.Cli.OneAsync<MintDownloadTokenResponse>("token", "mint", other.Id);
        await _host.Cli.OutputAsync("link", bundle.Id, "--token", minted.Token);

        var listed = await _host.Cli.OneAsync<DownloadTokenSummary>("token", "list", bundle.Id);
        var all = await _host.Cli.OutputAsync("token", "list");

        Assert.Equal((minted.TokenId, bundle.Key, 3, 2), (listed.TokenId, listed.StorageKey, listed.MaxUses, listed.UsesLeft));
        Assert.Contains(minted.TokenId, all, StringComparison.Ordinal);
        Assert.Contains(other.Key, all, StringComparison.Ordinal);
        Assert.DoesNotContain(minted.Token, all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("InvalidArgument", "token", "mint", "bundles/x.zip", "--ttl", "1")]
    [InlineData("PermissionDenied KEY_NOT_ALLOWED", "token", "mint", "originals/x.mov")]
    [InlineData("NotFound BUNDLE_NOT_FOUND", "token", "mint", "0192f0c1-0000-7000-8000-000000000000")]
    [InlineData("InvalidArgument", "token", "revoke", "no-id")]
    public async Task Token_Refused_TellsTheReason(string expected, params string[] arguments)
    {
        var ended = await _host.Cli.RunAsync(arguments);

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.StartsWith(expected, ended.Errors, StringComparison.Ordinal);
    }
}
