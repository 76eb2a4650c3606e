using MoviesNow.Testing.Docs;

namespace MoviesNow.Reference.Tests;

/// <summary>The generated pages of docs/reference.</summary>
public sealed class ReferenceTests
{
    private const string Remedy = "docs/reference is out of date. Write it anew with: dotnet run --project tools/MoviesNow.Reference";

    private static readonly string Folder = Path.Combine(DocPage.Repository, "docs", "reference");

    [Fact]
    public void Pages_CheckedIn_AreThoseThatFollowFromTheCode()
    {
        Assert.All(ReferencePages.All(), page =>
        {
            var file = Path.Combine(Folder, page.Key);
            Assert.True(File.Exists(file) && string.Equals(File.ReadAllText(file), page.Value, StringComparison.Ordinal), $"{page.Key}: {Remedy}");
        });
        Assert.True(!ReferencePages.StraysIn(Folder).Any(), Remedy);
    }

    [Fact]
    public void Settings_OfEverySection_HaveAMeaning()
    {
        var rows = ReferencePages.All()["settings.md"].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();

        Assert.True(rows.Count > 100, $"There are {rows.Count} settings.");
        Assert.All(rows, row => Assert.DoesNotContain("|  |\n", row + "\n", StringComparison.Ordinal));
    }

    [Fact]
    public void Metrics_OfEveryService_HaveUnitAndMeaning()
    {
        var rows = ReferencePages.All()["metrics.md"].Split('\n').Where(line => line.StartsWith("| `moviesnow.", StringComparison.Ordinal)).ToList();

        Assert.True(rows.Count > 50, $"There are {rows.Count} metrics.");
        Assert.All(rows, row => Assert.Matches(@"^\| `[a-z_.]+` \| (counter|gauge|histogram) \| `[^`]+` \| [^|]* \| [A-Z1][^|]*(\.|…) \|$", row));
    }

    [Theory]
    [InlineData("settings.md", "| `BundlesPerDay` | number | `200` | 0 to 1000000000 | Links to ZIPs of bundles; 0 for no quota. |")]
    [InlineData("settings.md", "| `AdminWritesPerMinute` | number | `60` | 1 to 1000000 |")]
    [InlineData("errors.md", "| `KEY_NOT_ALLOWED` | `PERMISSION_DENIED` |")]
    [InlineData("metrics.md", "## Delivery\n| name | kind | unit | attributes | meaning |")]
    [InlineData("metrics.md", "| `moviesnow.delivery.links.refused` | counter | `{link}` | `reason` | Download links refused, by the `reason` that")]
    [InlineData("metrics.md", "| `moviesnow.upload.proxy.active` | gauge | `{file}` |  | Small files that are received or stored. |")]
    [InlineData("api/delivery-download-token-service.md", "## MintDownloadToken\n`/moviesnow.delivery.v1.DownloadTokenService/MintDownloadToken`")]
    [InlineData("api/delivery-download-token-service.md", "| administrators with a second factor | changes state; takes `idempotency-key`, audited, no-store |")]
    [InlineData("api/delivery-download-token-service.md", "| `ttl_seconds` | `int32` | Seconds for which it works, 60 to 86,400; 3,600 when 0. |")]
    [InlineData("command-line.md", "## token mint\n")]
    [InlineData("index.md", "[DownloadTokenService](api/delivery-download-token-service.md)")]
    public void Page_OfItsKind_TellsWhatTheCodeSays(string page, string expected) =>
        Assert.Contains(expected, ReferencePages.All()[page], StringComparison.Ordinal);
}
