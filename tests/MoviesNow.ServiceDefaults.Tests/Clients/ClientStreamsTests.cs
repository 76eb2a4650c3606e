using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Clients;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.ServiceDefaults.Tests.Clients;

public sealed class ClientStreamsTests : IAsyncLifetime
{
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(ScriptedServices.Map, ScriptedServices.With(new Script
    {
        StreamEvents = async (requests, _) => await requests.MoveNext()
            ? throw RpcErrors.Of(ErrorReason.InvalidState)
            : new StreamEventsResponse { AcceptedCount = 1 },
    }));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task SendAsync_RefusedWhileNothingCanBeWritten_EndsTheWritingAndTellsTheRefusal()
    {
        var isCancelled = false;
        using var call = Client.StreamEvents();

        await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => call.SendAsync(async (requests, token) =>
        {
            await requests.WriteAsync(new(), token);
            await using var stop = token.Register(() => isCancelled = true);
            // An end, so that a test that fails does not hang.
            await Task.Delay(TimeSpan.FromSeconds(30), token);
        }));

        Assert.True(isCancelled);
    }

    [Fact]
    public async Task SendAsync_EverythingWritten_CompletesTheStreamAndGivesTheAnswer()
    {
        using var call = Client.StreamEvents();

        Assert.Equal(1, (await call.SendAsync((_, _) => Task.CompletedTask)).AcceptedCount);
    }

    [Fact]
    public async Task SendAsync_SourceFails_TellsThat()
    {
        using var call = Client.StreamEvents();

        await Assert.ThrowsAsync<InvalidDataException>(() => call.SendAsync((_, _) => throw new InvalidDataException()));
    }

    [Fact]
    public async Task SendAsync_CancelledByItsCaller_SaysSo()
    {
        using var call = Client.StreamEvents();
        using var cancelled = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.SendAsync(
            async (_, token) =>
            {
                await cancelled.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            },
            cancelled.Token));
    }

    private PlaybackSessionService.PlaybackSessionServiceClient Client => new(_host.As(Who.Service));
}
