using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Proxy;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Proxy;

[Collection(nameof(SharedSystem))]
public sealed class ProxyMemoryTests(SharedSystem shared) : ProxyTest(shared)
{
    [Fact]
    public async Task StreamSmallFile_TwoHundredAtOnce_TakesTheMemoryOfThoseThatHaveATurn()
    {
        const int Files = 200, Turns = 4, Chunk = 1 << 20;
        var replica = Replica(("MaxConcurrent", $"{Turns}"), ("MinBytesPerSecond", "0"), ("WaitLimit", "00:01:00"));
        var (admission, receiver) = (System.Service<ProxyAdmission>(replica), System.Service<SmallFileReceiver>(replica));
        var (titleId, content) = (await System.MovieAsync(), Content.Random(Chunk));
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // A connection has a hundred streams at most.
        var clients = Enumerable.Range(0, 4).Select(_ => System.Proxy(replica)).ToArray();
        var calls = Enumerable.Range(0, Files).Select(number => clients[number % clients.Length].StreamSmallFile()).ToList();
        var sent = calls.Select((call, number) => StartAsync(call, Header(titleId, $"{number}.png"))).ToList();

        // Those that have a turn have sent what they can, and hold it.
        await UntilAsync(() => admission.Active == Turns && admission.Waiting == Files - Turns && receiver.BytesInUse >= Turns * Chunk);
        var peak = receiver.BytesInUse;
        release.SetResult();
        var answers = Task.WhenAll(calls.Select(call => call.ResponseAsync));
        while (!answers.IsCompleted)
        {
            peak = Math.Max(peak, receiver.BytesInUse);
            Assert.InRange(admission.Active, 0, Turns);
            await Task.WhenAny(answers, Task.Delay(TimeSpan.FromMilliseconds(1)));
        }

        Assert.Equal(Files, (await answers).Select(answer => answer.Upload.Id).Distinct().Count());
        Assert.InRange(peak, Turns * Chunk, Turns * (Chunk + (256 << 10)));
        Assert.Equal(0, receiver.BytesInUse);
        await Task.WhenAll(sent);

        async Task StartAsync(AsyncClientStreamingCall<StreamSmallFileRequest, StreamSmallFileResponse> call, SmallFileHeader header)
        {
            await call.RequestStream.WriteAsync(new StreamSmallFileRequest { Header = header });
            await call.RequestStream.WriteAsync(Data(content, 0, Chunk));
            await release.Task;
            await call.RequestStream.CompleteAsync();
        }
    }

    [Fact]
    public async Task SmallFile_BeyondThoseThatMayWait_IsRefusedAtOnce()
    {
        var replica = Replica(("MaxConcurrent", "1"), ("MinBytesPerSecond", "0"), ("MaxWaiting", "0"));
        var titleId = await System.MovieAsync();
        using var holder = await HoldTurnAsync(replica, titleId);
        var error = await RpcAssert.FailsAsync(ErrorReason.Overloaded, () => SendAsync(streams: false, Header(titleId), Content.Random(10), replica));
        Assert.NotNull(MoviesNow.ServiceDefaults.Errors.RpcErrors.DetailOf<Google.Rpc.RetryInfo>(error));
    }

    [Fact]
    public async Task SmallFile_WithoutATurnInTime_IsRefused()
    {
        var replica = Replica(("MaxConcurrent", "1"), ("MinBytesPerSecond", "0"), ("WaitLimit", "00:00:00.2"));
        var titleId = await System.MovieAsync();
        using var holder = await HoldTurnAsync(replica, titleId);
        await RpcAssert.FailsAsync(ErrorReason.Overloaded, () => SendAsync(streams: false, Header(titleId), Content.Random(10), replica));
    }

    [Fact]
    public async Task SmallFile_OfSomebodyWhoMayNot_NeedsNoTurn()
    {
        var replica = Replica(("MaxConcurrent", "1"), ("MinBytesPerSecond", "0"), ("MaxWaiting", "0"));
        var titleId = await System.MovieAsync();
        using var holder = await HoldTurnAsync(replica, titleId);
        var request = Unary(Header(titleId), Content.Random(Limit));
        await FailsAsync(ErrorReason.Unauthenticated, identity: null);
        await FailsAsync(ErrorReason.AdminRequired, Identity.Viewer);
        await FailsAsync(ErrorReason.MfaRequired, Identity.AdminWithoutMfa);

        async Task FailsAsync(ErrorReason reason, Identity? identity)
        {
            var client = new ProxyUploadService.ProxyUploadServiceClient(System.As(identity, replica));
            await RpcAssert.FailsAsync(reason, () => client.UploadSmallFileAsync(request).ResponseAsync);
            await RpcAssert.FailsAsync(reason, async () => await client.StreamSmallFile());
        }
    }

    private async Task<IDisposable> HoldTurnAsync(int replica, string titleId)
    {
        var call = System.Proxy(replica).StreamSmallFile();
        await call.RequestStream.WriteAsync(new StreamSmallFileRequest { Header = Header(titleId) });
        await UntilAsync(() => System.Service<ProxyAdmission>(replica).Active == 1);
        return call;
    }
}
