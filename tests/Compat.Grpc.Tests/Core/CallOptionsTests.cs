using Grpc.Core;

namespace GrpcTests.Core;

public sealed class CallOptionsTests
{
    private static readonly DateTime SomeTime = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Default_Everything_IsUnset()
    {
        var options = default(CallOptions);

        Assert.Null(options.Headers);
        Assert.Null(options.Deadline);
        Assert.Equal(CancellationToken.None, options.CancellationToken);
        Assert.Null(options.WriteOptions);
        Assert.Null(options.PropagationToken);
        Assert.Null(options.Credentials);
        Assert.False(options.IsWaitForReady);
    }

    [Fact]
    public void Constructor_AllParameters_AreKept()
    {
        using var source = new CancellationTokenSource();
        var headers = new Metadata();
        var write = new WriteOptions(WriteFlags.BufferHint);
        var credentials = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

        var options = new CallOptions(headers, SomeTime, source.Token, write, credentials: credentials);

        Assert.Same(headers, options.Headers);
        Assert.Equal(SomeTime, options.Deadline);
        Assert.Equal(source.Token, options.CancellationToken);
        Assert.Same(write, options.WriteOptions);
        Assert.Same(credentials, options.Credentials);
    }

    [Fact]
    public void With_EachMethod_ChangesTheCopyOnly()
    {
        using var source = new CancellationTokenSource();
        var original = new CallOptions();
        var headers = new Metadata();
        var credentials = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

        var changed = original
            .WithHeaders(headers)
            .WithDeadline(SomeTime)
            .WithCancellationToken(source.Token)
            .WithWriteOptions(WriteOptions.Default)
            .WithCredentials(credentials)
            .WithWaitForReady();

        Assert.Same(headers, changed.Headers);
        Assert.Equal(SomeTime, changed.Deadline);
        Assert.Equal(source.Token, changed.CancellationToken);
        Assert.Same(WriteOptions.Default, changed.WriteOptions);
        Assert.Same(credentials, changed.Credentials);
        Assert.True(changed.IsWaitForReady);
        Assert.False(changed.WithWaitForReady(false).IsWaitForReady);
        Assert.Equal(default, original);
    }
}
