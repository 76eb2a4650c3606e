using System.Text.Json;
using Grpc.Core;

namespace GrpcTests.ForeignClient;

/// <summary>What @grpc/grpc-js saw of the server; <c>interop/client.mjs</c> made the calls.</summary>
public sealed class NodeClientTests(NodeClientFixture fixture) : IClassFixture<NodeClientFixture>
{
    private static readonly string AllBytes = Convert.ToBase64String([.. Enumerable.Range(0, 256).Select(value => (byte)value)]);

    [Theory]
    [InlineData("clientStreaming", """ "a,b,c" """)]
    [InlineData("serverStreaming", """ {"texts":["n 1","n 2","n 3"],"code":0,"count":"3"} """)]
    [InlineData("duplex", """ {"texts":["one","two","three"],"code":0} """)]
    [InlineData("error", """ {"code":9,"details":"größer als 100%","why":"asked"} """)]
    [InlineData("unimplemented", "12")]
    [InlineData("deadline", """ {"responses":1,"code":4} """)]
    [InlineData("cancel", "1")]
    [InlineData("gzip", """ {"code":0,"equal":true} """)]
    [InlineData("large", """ {"code":8,"details":"Received message exceeds the maximum configured message size."} """)]
    [InlineData("health", """ {"status":"UNKNOWN","unknown":5,"watched":"UNKNOWN"} """)]
    public void Section_AllCallsMade_SeesWhatTheServerSent(string section, string expected) =>
        Assert.True(
            JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, Section(section)), $"{section}: {Section(section).GetRawText()}");

    [Fact]
    public void Unary_AllBytes_ComeBack()
    {
        Assert.Equal("from node", Section("unary").GetProperty("text").GetString());
        Assert.Equal(AllBytes, Section("unary").GetProperty("payload").GetString());
    }

    [Fact]
    public void Metadata_TextAndBinary_ComesBackInHeadersAndTrailers()
    {
        Assert.Equal("up front", Section("metadata").GetProperty("headerText").GetString());
        Assert.Equal("at the end", Section("metadata").GetProperty("trailerText").GetString());
        Assert.Equal(AllBytes, Section("metadata").GetProperty("headerBytes").GetString());
        Assert.Equal(AllBytes, Section("metadata").GetProperty("trailerBytes").GetString());
    }

    [Fact]
    public void RichError_Details_AreReadable()
    {
        var status = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(Section("richError").GetProperty("status").GetString()!));

        Assert.Equal((int)StatusCode.InvalidArgument, Section("richError").GetProperty("code").GetInt32());
        Assert.Equal("bad", status.Message);
        Assert.Equal(2, status.Details.Count);
    }

    [Fact]
    public async Task DeadlineAndCancellation_OfTheClient_ReachTheServer()
    {
        Assert.InRange(Section("deadlineSeen").GetInt32(), 3300, 3601);
        await fixture.Server.Observations.Seen("node deadline cancelled");
        await fixture.Server.Observations.Seen("node cancel cancelled");
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v1alpha")]
    public void Reflection_BothVersions_ListTheServices(string version) => Assert.Equal(
        ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "sample.v1.SampleService"],
        Section("reflection").GetProperty(version).EnumerateArray().Select(name => name.GetString()));

    [Fact]
    public void Reflection_ClientMadeOfIt_CanCall()
    {
        Assert.Equal("reflected", Section("reflection").GetProperty("echo").GetString());
        Assert.Equal((int)StatusCode.NotFound, Section("reflection").GetProperty("missing").GetInt32());
    }

    private JsonElement Section(string name) => fixture.Seen.GetProperty(name);
}
