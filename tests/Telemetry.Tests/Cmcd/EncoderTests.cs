using System.Text;
using System.Text.Json;
using MoviesNow.Telemetry.Cmcd;
using MoviesNow.Testing;

namespace Telemetry.Tests.Cmcd;

/// <summary>
/// Everything that npm's @svta/cml-cmcd encodes, which hls.js, Shaka Player and dash.js use: each key, object type, state and event, in
/// both versions and modes, with every option. It is decoded to what the library itself understands of it.
/// </summary>
public sealed class EncoderTests
{
    [Fact]
    public async Task Decode_EverythingThatTheLibraryEncodes_IsWhatTheLibraryUnderstands()
    {
        var folder = await NodeFolder.InstallAsync("tests/Telemetry.Tests/Cmcd/encoder");
        using var encoded = JsonDocument.Parse(await folder.RunAsync("node", "encode.mjs"));
        var cases = encoded.RootElement.GetProperty("cases").EnumerateArray().ToArray();

        Assert.True(cases.Length > 2_000);
        Assert.All(cases, Check);
        CheckBodies([.. encoded.RootElement.GetProperty("bodies").EnumerateArray()]);
    }

    private static void Check(JsonElement encoded)
    {
        var (name, understood) = (encoded.GetProperty("name").GetString()!, encoded.GetProperty("understood"));
        var text = encoded.GetProperty("text").GetString()!;
        Expect("text", CmcdDecoder.FromText(text));
        Expect("headers", CmcdDecoder.FromHeaders(HeadersIn("headers")));
        Expect("appended headers", CmcdDecoder.FromHeaders(HeadersIn("appended").Where(value => value != "*/*")));
        Expect("argument", CmcdDecoder.FromArgument(encoded.GetProperty("argument").GetString()));
        if (text.Length > 0)
        {
            Expect("query", CmcdDecoder.FromArgument(QueryText.Find(encoded.GetProperty("query").GetString(), "CMCD")));
            Expect("url", CmcdDecoder.FromArgument(QueryText.Find(new Uri(encoded.GetProperty("url").GetString()!).Query, "CMCD")));
        }

        var json = Assert.Single(CmcdJson.Decode(Encoding.UTF8.GetBytes(encoded.GetProperty("json").GetString()!), 10));
        Assert.Equal($"{name}, json: {CmcdText.Of(understood, withTokens: false)}", $"{name}, json: {CmcdText.Of(json, withTokens: false)}");

        IEnumerable<string> HeadersIn(string property) => encoded.GetProperty(property).EnumerateObject().Select(header => header.Value.GetString()!);

        void Expect(string form, CmcdReport report)
        {
            Assert.Equal($"{name}, {form}: {CmcdText.Of(understood)}", $"{name}, {form}: {CmcdText.Of(report)}");
            Assert.Equal("", CmcdText.Of(report.Problems));
            Assert.True(report.Version == encoded.GetProperty("version").GetInt32() || text.Length == 0, name);
        }
    }

    private static void CheckBodies(JsonElement[] bodies)
    {
        Assert.Equal(18 + 6 + 1, bodies.Length);
        Assert.All(bodies, body => Assert.Equal("application/cmcd", body.GetProperty("type").GetString()));
        var reports = bodies.Select(body => CmcdDecoder.FromLines(body.GetProperty("body").GetString(), 500)).ToArray();
        Assert.Equal([.. Enumerable.Repeat(1, 18), 3, 3, 3, 3, 3, 3, 18], reports.Select(lines => lines.Count));
        Assert.All(reports.SelectMany(lines => lines), report =>
        {
            Assert.Equal("", CmcdText.Of(report.Problems));
            Assert.Equal((2, 0), (report.Version, report.UnknownKeys));
            Assert.NotNull(report.Text("e"));
            Assert.NotNull(report.Number("ts"));
        });
        Assert.Equal(Enumerable.Range(0, 18).Select(n => (decimal?)n), reports[^1].Select(report => report.Number("sn")));
    }
}
