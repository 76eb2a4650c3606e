using Grpc.Core;
using MoviesNow.Cli.Transfer;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Tests.Transfer;

public sealed class PatientCallsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ManualClock _clock = new();
    private int _calls;

    public static TheoryData<StatusCode> Final =>
        [StatusCode.InvalidArgument, StatusCode.NotFound, StatusCode.PermissionDenied, StatusCode.Internal, StatusCode.Aborted, StatusCode.ResourceExhausted];

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.DeadlineExceeded)]
    public async Task CallAsync_TemporaryFault_IsCalledAgainAfterASecond(StatusCode status)
    {
        Assert.Equal("done", await Calls().CallAsync(() => FailAsync(2, Status(status)), CancellationToken.None));
        Assert.Equal((3, 2), (_calls, _clock.Waits.Count));
        Assert.All(_clock.Waits, wait => Assert.Equal(TimeSpan.FromSeconds(1), wait));
    }

    [Fact]
    public async Task CallAsync_ServiceTellsWhen_WaitsSoLong()
    {
        Assert.Equal("done", await Calls().CallAsync(() => FailAsync(1, RpcErrors.Of(ErrorReason.RateLimited, TimeSpan.FromSeconds(7))), CancellationToken.None));
        Assert.Equal([TimeSpan.FromSeconds(7)], _clock.Waits);
    }

    [Theory]
    [MemberData(nameof(Final))]
    public async Task CallAsync_AnyOtherFault_FailsAtOnce(StatusCode status)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => Calls().CallAsync(() => FailAsync(1, Status(status)), CancellationToken.None));
        Assert.Equal((status, 1), (error.StatusCode, _calls));
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.DeadlineExceeded)]
    public async Task CallAsync_FaultThatStays_FailsWhenThePatienceIsOver(StatusCode status)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => Calls().CallAsync(() => FailAsync(100, Status(status)), CancellationToken.None));
        Assert.Equal((status, 12), (error.StatusCode, _calls));
    }

    [Fact]
    public async Task UntilDoneAsync_OutOfTime_IsJoinedForAsLongAsItTakes()
    {
        Assert.Equal("done", await Calls().UntilDoneAsync(() => FailAsync(100, Status(StatusCode.DeadlineExceeded)), CancellationToken.None));
        Assert.Equal(101, _calls);
    }

    [Fact]
    public async Task UntilDoneAsync_ServiceAway_FailsWhenThePatienceIsOver()
    {
        await Assert.ThrowsAsync<RpcException>(() => Calls().UntilDoneAsync(() => FailAsync(100, Status(StatusCode.Unavailable)), CancellationToken.None));
        Assert.Equal(12, _calls);
    }

    [Fact]
    public async Task CallAsync_Cancelled_TellsTheFault()
    {
        using var given = new CancellationTokenSource();
        await given.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(() => Calls().CallAsync(() => FailAsync(1, Status(StatusCode.Unavailable)), given.Token));
        Assert.Equal(1, _calls);
    }

    private PatientCalls Calls() => new(_clock, Patience);

    private Task<string> FailAsync(int times, RpcException error) => ++_calls <= times ? Task.FromException<string>(error) : Task.FromResult("done");

    private static RpcException Status(StatusCode status) => new(new Status(status, "no"));
}
