using Grpc.Core;
using Grpc.Core.Interceptors;
using GrpcTests.Harness;
using GrpcTests.Sample;

namespace GrpcTests.Calls;

public sealed class InterceptorTests : IAsyncLifetime
{
    private SampleServer _server = null!;

    public async Task InitializeAsync() => _server = await SampleServer.StartAsync(options =>
    {
        options.Interceptors.Add<ServerRecorder>("outer");
        options.Interceptors.Add<ServerRecorder>("inner");
    });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Client_Intercepted_SeesAllKindsOfCalls()
    {
        var log = new List<string>();
        await CallAllKinds(new SampleService.SampleServiceClient(_server.Channel.Intercept(new ClientRecorder("client", log))));

        Assert.Equal(
            ["client blocking Echo", "client unary Echo", "client client streaming Collect", "client server streaming Repeat", "client duplex Chat"],
            log);
    }

    [Fact]
    public async Task Server_Intercepted_SeesAllKindsOfCalls()
    {
        await CallAllKinds(_server.Client);

        foreach (var kind in new[] { "unary", "client streaming", "server streaming", "duplex" })
            await _server.Observations.Seen($"inner {kind}");
    }

    [Fact]
    public async Task Server_SeveralInterceptors_RunInTheOrderAddedAndShareUserState() =>
        Assert.Equal(["outer", "inner"], (await _server.Client.DescribeAsync(new DescribeRequest())).Interceptors);

    [Fact]
    public async Task Client_SeveralAtOnce_RunInTheOrderGiven()
    {
        var log = new List<string>();
        var invoker = _server.Channel.Intercept(new ClientRecorder("first", log), new ClientRecorder("second", log));

        var seen = await new SampleService.SampleServiceClient(invoker).DescribeAsync(new DescribeRequest());

        Assert.Equal(["first unary Describe", "second unary Describe"], log);
        Assert.Contains("x-through=first, second", seen.Headers);
    }

    [Fact]
    public async Task Client_OneAfterAnother_RunsTheLastFirst()
    {
        var log = new List<string>();
        var invoker = _server.Channel.CreateCallInvoker().Intercept(new ClientRecorder("first", log)).Intercept(new ClientRecorder("second", log));

        await new SampleService.SampleServiceClient(invoker).EchoAsync(new EchoRequest());

        Assert.Equal(["second unary Echo", "first unary Echo"], log);
    }

    [Fact]
    public async Task Client_HeaderFunction_GetsTheCallsHeadersOrNone()
    {
        var client = new SampleService.SampleServiceClient(_server.Channel.Intercept(headers =>
        {
            headers.Add("x-count", $"{headers.Count}");
            return headers;
        }));

        Assert.Contains("x-count=0", (await client.DescribeAsync(new DescribeRequest())).Headers);
        Assert.Contains("x-count=1", (await client.DescribeAsync(new DescribeRequest(), new Metadata { { "x-own", "1" } })).Headers);
        Assert.Contains("x-own=1", (await client.DescribeAsync(new DescribeRequest(), new Metadata { { "x-own", "1" } })).Headers);
        await CallAllKinds(client);
    }

    [Fact]
    public async Task Client_AnswersItself_MakesNoCall()
    {
        var client = new SampleService.SampleServiceClient(_server.Channel.Intercept(new Answering()));

        using var call = client.MissingAsync(new EchoRequest());

        Assert.Equal("from the interceptor", (await call).Text);
        Assert.Equal("yes", (await call.ResponseHeadersAsync).GetValue("answered"));
    }

    [Fact]
    public void Intercept_NothingToIntercept_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => ((CallInvoker)null!).Intercept(new Answering()));
        Assert.Throws<ArgumentNullException>(() => _server.Channel.Intercept((Interceptor)null!));
        Assert.Throws<ArgumentNullException>(() => _server.Channel.Intercept((Func<Metadata, Metadata>)null!));
    }

    private static async Task CallAllKinds(SampleService.SampleServiceClient client)
    {
        Assert.Equal("1", client.Echo(new EchoRequest { Text = "1" }).Text);
        Assert.Equal("2", (await client.EchoAsync(new EchoRequest { Text = "2" })).Text);

        using var collect = client.Collect();
        await collect.RequestStream.WriteAsync(new EchoRequest { Text = "3" });
        await collect.RequestStream.CompleteAsync();
        Assert.Equal("3", (await collect).Text);

        using var repeat = client.Repeat(new RepeatRequest { Text = "4", Times = 1 });
        Assert.True(await repeat.ResponseStream.MoveNext());
        Assert.Equal("4 1", repeat.ResponseStream.Current.Text);

        using var chat = client.Chat();
        await chat.RequestStream.WriteAsync(new EchoRequest { Text = "5" });
        Assert.True(await chat.ResponseStream.MoveNext());
        Assert.Equal("5", chat.ResponseStream.Current.Text);
        await chat.RequestStream.CompleteAsync();
    }

    private sealed class Answering : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation) => new(
                Task.FromResult((TResponse)(object)new EchoResponse { Text = "from the interceptor" }),
                Task.FromResult(new Metadata { { "answered", "yes" } }),
                () => Status.DefaultSuccess,
                () => [],
                () => { });
    }
}
