using Grpc.Core;
using GrpcTests.Harness;
using GrpcTests.Sample;

namespace GrpcTests.Calls;

public sealed class StreamTests(SampleServerFixture fixture) : IClassFixture<SampleServerFixture>
{
    [Fact]
    public async Task MoveNext_AfterTheEnd_StaysFalse()
    {
        using var call = fixture.Client.Repeat(new RepeatRequest { Text = "x", Times = 1 });

        Assert.True(await call.ResponseStream.MoveNext());
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task MoveNext_WhileOneIsPending_IsRefused()
    {
        using var call = fixture.Client.Hang(new HangRequest { Id = "two reads" });
        Assert.True(await call.ResponseStream.MoveNext());

        var pending = call.ResponseStream.MoveNext();
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.ResponseStream.MoveNext());
        call.Dispose();
        await Assert.ThrowsAsync<RpcException>(() => pending);
    }

    [Fact]
    public async Task MoveNext_FailedCall_ThrowsItsStatus()
    {
        using var call = fixture.Client.Hang(new HangRequest { Id = "failing read" }, deadline: DateTime.UtcNow.AddMilliseconds(-1));

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact]
    public async Task WriteAsync_AfterComplete_IsRefused()
    {
        using var call = fixture.Client.Chat();
        await call.RequestStream.CompleteAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new EchoRequest()));
    }

    [Fact]
    public async Task WriteAsync_CancelledToken_CancelsTheCall()
    {
        using var call = fixture.Client.Chat();

        var failure = await Assert.ThrowsAnyAsync<Exception>(
            () => call.RequestStream.WriteAsync(new EchoRequest(), new CancellationToken(canceled: true)));
        Assert.True(failure is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled }, failure.ToString());
    }

    [Fact]
    public async Task ReadAllAsync_TokenOfTheEnumeration_StopsIt()
    {
        using var call = fixture.Client.Hang(new HangRequest { Id = "enumeration" }, deadline: DateTime.UtcNow.AddSeconds(20));
        using var source = new CancellationTokenSource();

        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in call.ResponseStream.ReadAllAsync().WithCancellation(source.Token))
                await source.CancelAsync();
        });
        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
    }

    [Fact]
    public void ReadAllAsync_NoReader_IsRefusedAtOnce() =>
        Assert.Throws<ArgumentNullException>(() => ((IAsyncStreamReader<string>)null!).ReadAllAsync());

    [Fact]
    public async Task WriteAsync_WriterWithoutCancellation_TakesOnlyTokensThatCannotBeCancelled()
    {
        var plain = new PlainWriter();
        IAsyncStreamWriter<string> writer = plain;
        using var source = new CancellationTokenSource();

        await writer.WriteAsync("written", CancellationToken.None);
        await Assert.ThrowsAsync<NotSupportedException>(() => writer.WriteAsync("not written", source.Token));
        Assert.Equal("written", Assert.Single(plain.Written));
    }

    private sealed class PlainWriter : IAsyncStreamWriter<string>
    {
        public List<string> Written { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(string message)
        {
            Written.Add(message);
            return Task.CompletedTask;
        }
    }
}
