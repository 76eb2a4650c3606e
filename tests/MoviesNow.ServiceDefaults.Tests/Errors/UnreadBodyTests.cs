using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Clients;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.ServiceDefaults.Tests.Errors;

/// <summary>A caller that is refused while it sends hears the refusal, and other calls on its connection go on.</summary>
public sealed class UnreadBodyTests : IAsyncLifetime
{
    private const int MessageBytes = 1 << 20;

    private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(ScriptedServices.Map, ScriptedServices.With(new Script
    {
        StreamEvents = async (requests, _) =>
        {
            await requests.MoveNext();
            _refused.SetResult();
            throw RpcErrors.Of(ErrorReason.InvalidState);
        },
    }));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Stream_RefusedWhileItIsSent_IsSentToTheEndAndHearsTheRefusal()
    {
        using var call = await BeginAsync();
        await WriteAsync(call.RequestStream, messages: 8, CancellationToken.None);
        await call.RequestStream.CompleteAsync();

        await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => call.ResponseAsync);
    }

    [Fact]
    public async Task Stream_RefusedAndNeverEnded_HearsTheRefusal()
    {
        using var call = await BeginAsync();
        await WriteAsync(call.RequestStream, messages: 1, CancellationToken.None);

        await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => call.ResponseAsync);
    }

    [Fact]
    public async Task Stream_RefusedAndLongerThanIsRead_Ends()
    {
        using var call = await BeginAsync();

        var exception = await Assert.ThrowsAsync<RpcException>(() => call.SendAsync(
            (requests, token) => WriteAsync(requests, messages: 2 * UnreadBodyMiddleware.MaxBytes / MessageBytes, token)));

        Assert.NotEqual(StatusCode.OK, exception.StatusCode);
    }

    private async Task<AsyncClientStreamingCall<StreamEventsRequest, StreamEventsResponse>> BeginAsync()
    {
        var call = new PlaybackSessionService.PlaybackSessionServiceClient(_host.As(Who.Service)).StreamEvents(
            deadline: DateTime.UtcNow.AddSeconds(60));
        await call.RequestStream.WriteAsync(new());
        await _refused.Task;
        return call;
    }

    private static async Task WriteAsync(IClientStreamWriter<StreamEventsRequest> requests, int messages, CancellationToken cancellationToken)
    {
        var message = new StreamEventsRequest { SessionId = new string('x', MessageBytes) };
        for (var i = 0; i < messages; i++)
        {
            await requests.WriteAsync(message, cancellationToken);
        }
    }
}
