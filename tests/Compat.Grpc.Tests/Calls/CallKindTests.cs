using Grpc.Core;
using GrpcTests.Harness;
using GrpcTests.Sample;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace GrpcTests.Calls;

public sealed class CallKindTests(SampleServerFixture fixture) : IClassFixture<SampleServerFixture>
{
    [Fact]
    public async Task Unary_Awaited_GivesResponseAndStatus()
    {
        using var call = fixture.Client.EchoAsync(new EchoRequest { Text = "hello" });

        Assert.Equal("hello", (await call).Text);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Empty(call.GetTrailers());
    }

    [Fact]
    public void Unary_Blocking_GivesResponse() =>
        Assert.Equal("hello", fixture.Client.Echo(new EchoRequest { Text = "hello" }).Text);

    [Fact]
    public async Task Unary_StatusBeforeTheEnd_IsRefused()
    {
        using var call = fixture.Client.Hang(new HangRequest { Id = "unfinished" });

        Assert.Throws<InvalidOperationException>(() => call.GetStatus());
        Assert.Throws<InvalidOperationException>(call.GetTrailers);
    }

    [Fact]
    public async Task ClientStreaming_SeveralRequests_GivesOneResponse()
    {
        using var call = fixture.Client.Collect();
        foreach (var text in new[] { "a", "b", "c" })
            await call.RequestStream.WriteAsync(new EchoRequest { Text = text });
        await call.RequestStream.CompleteAsync();

        Assert.Equal("a,b,c", (await call.ConfigureAwait(false)).Text);
    }

    [Fact]
    public async Task ClientStreaming_NoRequest_GivesOneResponse()
    {
        using var call = fixture.Client.Collect();
        await call.RequestStream.CompleteAsync();

        Assert.Equal("", (await call.ResponseAsync).Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(500)]
    public async Task ServerStreaming_AnyNumberOfResponses_ArriveInOrderBeforeTrailers(int times)
    {
        using var call = fixture.Client.Repeat(new RepeatRequest { Text = "n", Times = times });
        var texts = new List<string>();
        await foreach (var response in call.ResponseStream.ReadAllAsync())
            texts.Add(response.Text);

        Assert.Equal(Enumerable.Range(1, times).Select(i => $"n {i}"), texts);
        Assert.Equal(times.ToString(), call.GetTrailers().GetValue("count"));
    }

    [Fact]
    public async Task Duplex_PingPong_InterleavesBothStreams()
    {
        using var call = fixture.Client.Chat();
        foreach (var text in new[] { "one", "two", "three" })
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Text = text });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(text, call.ResponseStream.Current.Text);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Unary_ManyAtOnce_KeepsAnswersApart()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(async i =>
            (Asked: $"{i}", Got: (await fixture.Client.EchoAsync(new EchoRequest { Text = $"{i}" })).Text)));

        Assert.All(answers, answer => Assert.Equal(answer.Asked, answer.Got));
    }

    [Fact]
    public async Task Unary_BoundThroughServiceDefinition_IsServed()
    {
        await using var server = await SampleServer.StartAsync(map: app =>
            app.MapGrpcService(SampleService.BindService(new SampleHandler(app.Services.GetRequiredService<Observations>()))));

        Assert.Equal("bound", (await server.Client.EchoAsync(new EchoRequest { Text = "bound" })).Text);
    }

    [Fact]
    public async Task Unary_Described_ShowsMethodHostAndPeer()
    {
        var seen = await fixture.Client.DescribeAsync(new DescribeRequest());

        Assert.Equal("/sample.v1.SampleService/Describe", seen.Method);
        Assert.Equal(new Uri(fixture.Server.Address).Authority, seen.Host);
        Assert.StartsWith("ipv4:127.0.0.1:", seen.Peer, StringComparison.Ordinal);
        Assert.False(seen.PeerAuthenticated);
    }
}
