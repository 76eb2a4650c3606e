using System.Security.Cryptography;
using System.Text.Json;
using MoviesNow.Browser.Tests.Harness;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Browser.Tests;

/// <summary>Small files from a page, which cannot stream up: the unary call of the proxy over gRPC-Web.</summary>
[Collection(BrowserTestGroup.Name)]
public sealed class UploadTests(BrowserFixture fixture)
{
    private const int Limit = 10_485_760;

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_000)]
    [InlineData(Limit)]
    public async Task UploadSmallFile_FromThePage_IsStoredAndRecorded(int size)
    {
        var bytes = RandomNumberGenerator.GetBytes(size);

        var answer = await UploadAsync(await MovieAsync(), bytes);

        Assert.True(answer.TryGetProperty("response", out var response), answer.ToString());
        Assert.NotEqual("", response.GetProperty("assetId").GetString());
        var upload = response.GetProperty("upload");
        Assert.Equal("UPLOAD_STATE_COMPLETED", upload.GetProperty("state").GetString());
        var stored = await fixture.Objects.HeadAsync(StorageKey.Parse(upload.GetProperty("storageKey").GetString()!), CancellationToken.None);
        Assert.Equal((size, Convert.ToHexStringLower(SHA256.HashData(bytes)), "image/png"), (stored!.Size, stored.Sha256!.Hex, stored.ContentType));
    }

    [Fact]
    public async Task UploadSmallFile_OneByteMore_IsRefusedWithAReason()
    {
        var failure = await UploadAsync(await MovieAsync(), new byte[Limit + 1]);
        Assert.Equal(("ResourceExhausted", "moviesnow/PROXY_TOO_LARGE"), (failure.GetProperty("code").GetString(), failure.GetProperty("reasons")[0].GetString()));
    }

    [Fact]
    public async Task UploadSmallFile_WithoutToken_IsRefusedWithAReason()
    {
        var failure = await UploadAsync(await MovieAsync(), new byte[1_000_000], headers: []);
        Assert.Equal(("Unauthenticated", "moviesnow/UNAUTHENTICATED"), (failure.GetProperty("code").GetString(), failure.GetProperty("reasons")[0].GetString()));
    }

    private static Dictionary<string, string> AsAdmin() =>
        new(StringComparer.Ordinal) { ["authorization"] = $"Bearer {Identity.Admin.Token()}" };

    private async Task<string> MovieAsync()
    {
        var call = new { address = fixture.Catalog, service = "TitleService", method = "CreateTitle", request = new { kind = "TITLE_KIND_MOVIE", name = "Fog" }, headers = AsAdmin() };
        return (await fixture.Page.CallAsync("unary", call)).GetProperty("response").GetProperty("title").GetProperty("id").GetString()!;
    }

    private Task<JsonElement> UploadAsync(string titleId, byte[] bytes, Dictionary<string, string>? headers = null)
    {
        var header = new { target = new { purpose = "UPLOAD_PURPOSE_ARTWORK", titleId }, fileName = "poster.png", contentType = "image/png" };
        return fixture.Page.CallAsync("unary", new
        {
            address = fixture.Upload,
            service = "ProxyUploadService",
            method = "UploadSmallFile",
            request = new { header, data = Convert.ToBase64String(bytes) },
            headers = headers ?? AsAdmin(),
        });
    }
}
