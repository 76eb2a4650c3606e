using System.Text.Json;
using MoviesNow.Browser.Tests.Harness;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Browser.Tests;

/// <summary>Unary calls from a page of another origin, with @connectrpc/connect-web.</summary>
[Collection(BrowserTestGroup.Name)]
public sealed class UnaryTests(BrowserFixture fixture)
{
    [Fact]
    public async Task Read_PublishedTitle_ReachesThePage()
    {
        var title = await CreateAsync("Größe 😀");
        await AsAdminAsync("PublishTitle", new { titleId = title });

        var answer = await CallAsync("GetTitle", new { titleId = title });

        Assert.Equal("Größe 😀", answer.GetProperty("response").GetProperty("title").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Change_WithToken_IsMadeOnceAndToldInAHeader()
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["authorization"] = $"Bearer {Identity.Admin.Token()}" };
        var request = new { kind = "TITLE_KIND_MOVIE", name = "Once" };
        JsonElement first = default;
        // A call that Redis does not answer in time goes unprotected, and says so.
        await Eventually.HoldsAsync(async () =>
        {
            headers["idempotency-key"] = Guid.NewGuid().ToString();
            first = await CallAsync("CreateTitle", request, headers);
            return first.GetProperty("headers").GetProperty("idempotency-status").GetString() is "recorded";
        });

        var second = await CallAsync("CreateTitle", request, headers);

        Assert.Equal(IdOf(first), IdOf(second));
        Assert.Equal("replayed", second.GetProperty("headers").GetProperty("idempotency-status").GetString());
    }

    [Fact]
    public async Task Read_NoSuchTitle_PageDecodesTheReason()
    {
        var failure = await CallAsync("GetTitle", new { titleId = Guid.CreateVersion7() });

        Assert.Equal("NotFound", failure.GetProperty("code").GetString());
        Assert.Equal(["moviesnow/TITLE_NOT_FOUND"], Strings(failure, "reasons"));
        Assert.NotEqual("", failure.GetProperty("message").GetString());
        Assert.Equal("5", failure.GetProperty("headers").GetProperty("grpc-status").GetString());
    }

    [Fact]
    public async Task Change_BadFields_PageDecodesEachOne()
    {
        var failure = await AsAdminAsync("CreateTitle", new { name = "", releaseYear = 3 });

        Assert.Equal("InvalidArgument", failure.GetProperty("code").GetString());
        Assert.Equal(["moviesnow/INVALID_FIELDS"], Strings(failure, "reasons"));
        Assert.Equal(["kind", "name", "release_year"], Strings(failure, "fields").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Change_NoToken_IsRefusedWithAReason()
    {
        var failure = await CallAsync("CreateTitle", new { kind = "TITLE_KIND_MOVIE", name = "No" });

        Assert.Equal("Unauthenticated", failure.GetProperty("code").GetString());
        Assert.Equal(["moviesnow/UNAUTHENTICATED"], Strings(failure, "reasons"));
    }

    [Fact]
    public async Task Call_MessageThatIsTooLarge_IsRefusedWithAReason()
    {
        var failure = await CallAsync("CreateTitle", new { synopsis = new string('x', 5 * 1024 * 1024) });

        Assert.Equal("ResourceExhausted", failure.GetProperty("code").GetString());
        Assert.Equal(["moviesnow/MESSAGE_TOO_LARGE"], Strings(failure, "reasons"));
    }

    [Fact]
    public async Task StartSession_OfTelemetry_GivesThePlayerItsToken()
    {
        var content = new { titleId = Guid.CreateVersion7(), variantId = Guid.CreateVersion7() };

        var headers = new { authorization = $"Bearer {Identity.Viewer.Token()}" };

        var answer = await fixture.Page.CallAsync(
            "unary", new { address = fixture.Telemetry, service = "PlaybackSessionService", method = "StartSession", request = new { content }, headers });

        Assert.True(answer.TryGetProperty("response", out var response), answer.ToString());
        Assert.NotEqual("", response.GetProperty("sessionToken").GetString());
    }

    [Fact]
    public async Task Page_OfAnotherOrigin_IsRefusedByTheBrowser()
    {
        var call = new { address = fixture.Catalog, service = "TitleService", method = "ListTitles", request = new { } };

        var refused = await fixture.Stranger.CallAsync("unary", call);
        var allowed = await fixture.Page.CallAsync("unary", call);

        Assert.Contains("Failed to fetch", refused.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(refused.GetProperty("headers").EnumerateObject());
        Assert.True(allowed.TryGetProperty("response", out _));
    }

    private static string[] Strings(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : throw new InvalidOperationException(answer.ToString());

    private static string IdOf(JsonElement answer) => answer.TryGetProperty("response", out var response)
        ? response.GetProperty("title").GetProperty("id").GetString()!
        : throw new InvalidOperationException(answer.ToString());

    private async Task<string> CreateAsync(string name) => IdOf(await AsAdminAsync("CreateTitle", new { kind = "TITLE_KIND_MOVIE", name }));

    private Task<JsonElement> AsAdminAsync(string method, object request) =>
        CallAsync(method, request, new Dictionary<string, string>(StringComparer.Ordinal) { ["authorization"] = $"Bearer {Identity.Admin.Token()}" });

    private Task<JsonElement> CallAsync(string method, object request, Dictionary<string, string>? headers = null) =>
        fixture.Page.CallAsync("unary", new { address = fixture.Catalog, service = "TitleService", method, request, headers = headers ?? [] });
}
