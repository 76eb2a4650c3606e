using System.Net;
using Grpc.AspNetCore.Web;
using Grpc.Core;
using Grpc.Net.Client;
using GrpcTests.Harness;
using GrpcTests.Sample;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GrpcTests.Web;

/// <summary>Which endpoints speak gRPC-Web, and that nothing else changes for the others.</summary>
public sealed class GrpcWebEndpointTests
{
    private static readonly GrpcWebOptions On = new() { DefaultEnabled = true };
    private static readonly GrpcWebOptions Off = new();

    public static TheoryData<string, bool> Endpoints => new()
    {
        { "default on", true },
        { "default off", false },
        { "default off, endpoint enabled", true },
        { "default on, endpoint disabled", false },
        { "default off, class enabled", true },
        { "default on, class disabled", false },
        { "default on, class disabled, endpoint enabled", true },
        { "default on, endpoint enabled, then disabled", false },
    };

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Endpoint_Marked_DecidesOverTheDefault(string which, bool speaks)
    {
        await using var server = await GrpcWebServer.StartAsync(app => Map(app, which), which.StartsWith("default on", StringComparison.Ordinal) ? On : Off);

        using var response = await server.SendAsync(
            Dialect.Of("2.0 binary"), "sample.v1.SampleService/Echo", new ByteArrayContent(RawCall.Frame(new EchoRequest())));

        Assert.Equal(speaks ? HttpStatusCode.OK : HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task Method_Marked_DecidesOverItsClass()
    {
        await using var server = await GrpcWebServer.StartAsync(app => app.MapGrpcService<EnabledMethod>());

        Assert.Equal(StatusCode.OK, (await server.CallAsync(Dialect.Binary1, "Echo", RawCall.Frame(new EchoRequest()))).Status);
        using var other = await server.SendAsync(
            Dialect.Of("2.0 binary"), "sample.v1.SampleService/Describe", new ByteArrayContent(RawCall.Frame(new DescribeRequest())));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, other.StatusCode);
    }

    [Fact]
    public async Task PlainGrpc_OnTheSameHost_IsUntouched()
    {
        await using var server = await GrpcWebServer.StartAsync();
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = new SampleService.SampleServiceClient(channel);

        var call = client.EchoAsync(new EchoRequest { Text = "plain" }, new Metadata { { "mirror-trailer-text", "kept" } });

        Assert.Equal("plain", (await call).Text);
        Assert.Equal("kept", call.GetTrailers().GetValue("mirror-trailer-text"));
    }

    [Fact]
    public async Task PlainGrpc_OverHttp1_IsStillRefused()
    {
        await using var server = await GrpcWebServer.StartAsync();
        using var content = new ByteArrayContent(RawCall.Frame(new EchoRequest()));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");

        using var response = await server.SendAsync(Dialect.Binary1, "sample.v1.SampleService/Echo", content);

        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    [Fact]
    public async Task Request_AfterTheCall_IsAsItCame()
    {
        var seen = new TaskCompletionSource<string>();
        await using var server = await GrpcWebServer.StartAsync(app => app.MapGrpcService<SampleHandler>().Add(endpoint =>
        {
            var call = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = async context =>
            {
                context.Response.OnCompleted(() =>
                {
                    seen.TrySetResult($"{context.Request.Protocol} {context.Request.ContentType}");
                    return Task.CompletedTask;
                });
                await call(context);
            };
        }));

        await server.CallAsync(Dialect.Text1, "Echo", RawCall.Frame(new EchoRequest()));

        Assert.Equal("HTTP/1.1 application/grpc-web-text+proto", await seen.Task.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task OtherRequest_ToTheSameHost_PassesAsItIs()
    {
        await using var server = await GrpcWebServer.StartAsync(app => app.MapPost("/upload", (HttpContext context) => context.Request.Protocol));

        using var response = await server.SendAsync(Dialect.Binary1 with { Suffix = "like" }, "upload", new ByteArrayContent([]));

        Assert.Equal("HTTP/1.1", await response.Content.ReadAsStringAsync());
    }

    private static void Map(WebApplication app, string which)
    {
        var endpoint = which.Contains("class enabled", StringComparison.Ordinal) ? app.MapGrpcService<EnabledClass>()
            : which.Contains("class disabled", StringComparison.Ordinal) ? app.MapGrpcService<DisabledClass>()
            : app.MapGrpcService<SampleHandler>();
        if (which.Contains("endpoint enabled", StringComparison.Ordinal))
            endpoint.EnableGrpcWeb();
        if (which.EndsWith("disabled", StringComparison.Ordinal) && !which.EndsWith("class disabled", StringComparison.Ordinal))
            endpoint.DisableGrpcWeb();
    }

    [EnableGrpcWeb]
    private sealed class EnabledClass : Echoing;

    [DisableGrpcWeb]
    private sealed class DisabledClass : Echoing;

    [DisableGrpcWeb]
    private sealed class EnabledMethod : SampleService.SampleServiceBase
    {
        [EnableGrpcWeb]
        public override Task<EchoResponse> Echo(EchoRequest request, ServerCallContext context) => Task.FromResult(new EchoResponse());
    }

    private abstract class Echoing : SampleService.SampleServiceBase
    {
        public override Task<EchoResponse> Echo(EchoRequest request, ServerCallContext context) => Task.FromResult(new EchoResponse());
    }
}
