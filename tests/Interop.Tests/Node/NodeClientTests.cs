using System.Text.Json;
using Grpc.Core;
using MoviesNow.Testing.Hosting;
using Npgsql;

namespace MoviesNow.Interop.Tests.Node;

/// <summary>TitleService as @grpc/grpc-js sees it, which loads the .proto files at run time.</summary>
public sealed class NodeClientTests(NodeClientFixture fixture) : IClassFixture<NodeClientFixture>
{
    [Fact]
    public async Task GetTitle_OfTheTitleJustCreated_GivesItsFields()
    {
        var created = await fixture.CallAsync("CreateTitle", new { kind = "TITLE_KIND_MOVIE", name = "Größe 😀", release_year = 1927 }, AsAdmin());

        var seen = await fixture.CallAsync("GetTitle", new { title_id = IdOf(created) }, AsAdmin());

        Assert.Equal(StatusCode.OK, CodeOf(seen));
        var title = seen.GetProperty("response").GetProperty("title");
        Assert.Equal(IdOf(created), title.GetProperty("id").GetString());
        Assert.Equal("Größe 😀", title.GetProperty("name").GetString());
        Assert.Equal(1927, title.GetProperty("release_year").GetInt32());
        Assert.Equal("TITLE_KIND_MOVIE", title.GetProperty("kind").GetString());
    }

    [Fact]
    public async Task GetTitle_NoSuchTitle_ErrorDetailsCarryTheReason()
    {
        var seen = await fixture.CallAsync("GetTitle", new { title_id = Guid.CreateVersion7() });

        Assert.Equal(StatusCode.NotFound, CodeOf(seen));
        Assert.Equal("TITLE_NOT_FOUND", ReasonOf(seen));
    }

    [Fact]
    public async Task CreateTitle_BadFields_ErrorDetailsNameEachField()
    {
        var seen = await fixture.CallAsync("CreateTitle", new { name = "", release_year = 3 }, AsAdmin());

        Assert.Equal(StatusCode.InvalidArgument, CodeOf(seen));
        Assert.Equal("INVALID_FIELDS", ReasonOf(seen));
        Assert.Equal("moviesnow", Detail(seen, "google.rpc.ErrorInfo").GetProperty("domain").GetString());
        var violations = Detail(seen, "google.rpc.BadRequest").GetProperty("field_violations").EnumerateArray();
        Assert.Equal(["kind", "name", "release_year"], violations.Select(violation => violation.GetProperty("field").GetString()).Order(StringComparer.Ordinal));

        // The details repeat what the trailers grpc-status and grpc-message say.
        Assert.Equal((int)StatusCode.InvalidArgument, seen.GetProperty("status").GetProperty("code").GetInt32());
        Assert.Equal(seen.GetProperty("details").GetString(), seen.GetProperty("status").GetProperty("message").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetTitle_DatabaseSlowerThanTheDeadline_EndsWithDeadlineExceeded(bool serverAlone)
    {
        await using var source = NpgsqlDataSource.Create($"{fixture.Database};Pooling=false");
        await using var connection = await source.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var locked = new NpgsqlCommand("LOCK TABLE title IN ACCESS EXCLUSIVE MODE", connection, transaction);
            await locked.ExecuteNonQueryAsync();
            var request = new { title_id = Guid.CreateVersion7() };

            // A header of the same meaning makes the server keep the deadline while the client would wait on.
            var seen = serverAlone
                ? await fixture.CallAsync("GetTitle", request, new(StringComparer.Ordinal) { ["grpc-timeout"] = "500m" })
                : await fixture.CallAsync("GetTitle", request, timeout: 500);

            Assert.Equal(StatusCode.DeadlineExceeded, CodeOf(seen));
        }

        Assert.Equal(StatusCode.NotFound, CodeOf(await fixture.CallAsync("GetTitle", new { title_id = Guid.CreateVersion7() }, timeout: 20_000)));
    }

    [Fact]
    public async Task CreateTitle_RepeatedWithItsKey_GivesTheSameAnswerAsReplayed()
    {
        var headers = AsAdmin();
        var request = new { kind = "TITLE_KIND_MOVIE", name = "Once" };
        JsonElement first = default;
        // A call that Redis does not answer in time goes unprotected, and says so.
        await Eventually.HoldsAsync(async () =>
        {
            headers["idempotency-key"] = Guid.NewGuid().ToString();
            first = await fixture.CallAsync("CreateTitle", request, headers);
            return first.GetProperty("headers").GetProperty("idempotency-status").GetString() is "recorded";
        });

        var second = await fixture.CallAsync("CreateTitle", request, headers);

        Assert.Equal("replayed", second.GetProperty("headers").GetProperty("idempotency-status").GetString());
        Assert.True(JsonElement.DeepEquals(first.GetProperty("response"), second.GetProperty("response")), second.ToString());
    }

    [Fact]
    public async Task CreateTitle_NoToken_IsRefusedWithAReason()
    {
        var seen = await fixture.CallAsync("CreateTitle", new { kind = "TITLE_KIND_MOVIE", name = "No" });

        Assert.Equal(StatusCode.Unauthenticated, CodeOf(seen));
        Assert.Equal("UNAUTHENTICATED", ReasonOf(seen));
    }

    private static Dictionary<string, string> AsAdmin() => new(StringComparer.Ordinal) { ["authorization"] = $"Bearer {Identity.Admin.Token()}" };

    private static StatusCode CodeOf(JsonElement seen) => (StatusCode)seen.GetProperty("code").GetInt32();

    private static string IdOf(JsonElement seen) => seen.TryGetProperty("response", out var response)
        ? response.GetProperty("title").GetProperty("id").GetString()!
        : throw new InvalidOperationException(seen.ToString());

    private static string? ReasonOf(JsonElement seen) => Detail(seen, "google.rpc.ErrorInfo").GetProperty("reason").GetString();

    private static JsonElement Detail(JsonElement seen, string type) => seen.GetProperty("status").GetProperty("details").GetProperty(type);
}
