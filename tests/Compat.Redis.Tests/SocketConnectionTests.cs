using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Pipelines.Sockets.Unofficial;

namespace Compat.Redis.Tests;

public sealed class SocketConnectionTests : IAsyncLifetime, IDisposable
{
    private static readonly PipeOptions Small = new(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false);

    private Socket _peer = null!;
    private SocketConnection _connection = null!;

    public async Task InitializeAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var accepted = listener.AcceptSocketAsync();
        await socket.ConnectAsync(listener.LocalEndpoint);
        _peer = await accepted;
        SocketConnection.SetRecommendedClientOptions(socket);
        _connection = SocketConnection.Create(socket, Small, Small, name: "test");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _connection.Dispose();
        _peer.Dispose();
    }

    [Fact]
    public async Task Output_ManySegments_ArriveInOrderAndAreCounted()
    {
        var sent = new byte[1_000_000];
        Random.Shared.NextBytes(sent);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < sent.Length; i += 1000)
            {
                sent.AsSpan(i, 1000).CopyTo(_connection.Output.GetSpan(1000));
                _connection.Output.Advance(1000);
                await _connection.Output.FlushAsync();
            }
        });

        var received = new byte[sent.Length];
        await new NetworkStream(_peer).ReadExactlyAsync(received);
        await writing;

        Assert.Equal(sent, received);
        Assert.Equal(sent.Length, _connection.BytesSent);
        Assert.Equal(0, _connection.GetCounters().BytesWaitingToBeSent);
    }

    [Fact]
    public async Task Output_PeerDoesNotRead_FlushWaitsUntilItDoes()
    {
        var chunk = new byte[32 * 1024];
        var written = 0L;
        ValueTask<FlushResult> flush;
        do
        {
            flush = _connection.Output.WriteAsync(chunk);
            written += chunk.Length;
            // A flush that is not complete at once may still complete: the socket's buffers fill up in the background.
            if (!flush.IsCompleted)
                await Task.WhenAny(flush.AsTask(), Task.Delay(200));
        }
        while (flush.IsCompleted && written < 200_000_000);

        Assert.False(flush.IsCompleted);
        Assert.InRange(_connection.GetCounters().BytesWaitingToBeSent, 32 * 1024, 256 * 1024);

        await new NetworkStream(_peer).ReadExactlyAsync(new byte[written]);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (_connection.BytesSent < written)
            await Task.Delay(10, timeout.Token);
    }

    [Fact]
    public async Task Input_NobodyReads_ReceivingStopsAtTheThreshold()
    {
        _peer.Blocking = false;
        var chunk = new byte[256 * 1024];
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var sent = 0L;
        try
        {
            while (true)
                sent += await _peer.SendAsync(chunk, timeout.Token);
        }
        catch (OperationCanceledException)
        {
            // The peer is pushed back.
        }

        Assert.InRange(_connection.GetCounters().BytesWaitingToBeRead, 64 * 1024, 128 * 1024);
        Assert.True(_connection.GetCounters().BytesAvailableOnSocket > 0);
        Assert.True(sent > _connection.BytesRead);
    }

    [Fact]
    public async Task Input_PeerCloses_CompletesAfterWhatWasSent()
    {
        await _peer.SendAsync("last words"u8.ToArray());
        _peer.Shutdown(SocketShutdown.Send);

        var read = await ReadToEndAsync();

        Assert.Equal("last words"u8.ToArray(), read);
        Assert.Equal(PipeShutdownKind.ReadEndOfStream, _connection.ShutdownKind);
        Assert.Equal(10, _connection.BytesRead);
        Assert.Equal(0, _connection.LastReceived);
    }

    [Fact]
    public async Task Input_PeerResets_FailsWithConnectionReset()
    {
        _peer.LingerState = new LingerOption(true, 0);
        _peer.Dispose();

        await Assert.ThrowsAsync<ConnectionResetException>(ReadToEndAsync);
        Assert.Equal(PipeShutdownKind.ReadSocketError, _connection.ShutdownKind);
        Assert.Equal(SocketError.ConnectionReset, _connection.SocketError);
    }

    [Fact]
    public async Task Output_Completed_PeerSeesTheEndButCanStillSend()
    {
        await _connection.Output.WriteAsync("question"u8.ToArray());
        await _connection.Output.CompleteAsync();
        var question = new byte[100];
        var stream = new NetworkStream(_peer);

        Assert.Equal(8, await stream.ReadAtLeastAsync(question, 100, throwOnEndOfStream: false));
        await stream.WriteAsync("answer"u8.ToArray());
        _peer.Shutdown(SocketShutdown.Send);
        Assert.Equal("answer"u8.ToArray(), await ReadToEndAsync());
    }

    [Fact]
    public async Task Dispose_WhileReadingAndWriting_EndsBothAndClosesTheSocket()
    {
        var reading = ReadToEndAsync();
        var chunk = new byte[1 << 20];
        ValueTask<FlushResult> writing;
        do
            writing = _connection.Output.WriteAsync(chunk);
        while (writing.IsCompleted);

        _connection.Dispose();

        Assert.Empty(await reading.WaitAsync(TimeSpan.FromSeconds(10)));
        await writing.AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(PipeShutdownKind.PipeDisposed, _connection.ShutdownKind);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (await _peer.ReceiveAsync(chunk).WaitAsync(TimeSpan.FromSeconds(10)) > 0) { }
            throw new EndOfStreamException();
        });
        Assert.Equal(0, _connection.GetCounters().BytesAvailableOnSocket);
    }

    [Fact]
    public void TrySetProtocolShutdown_ProtocolKindsOnly_FirstWins()
    {
        Assert.False(_connection.TrySetProtocolShutdown(PipeShutdownKind.ReadEndOfStream));
        Assert.True(_connection.TrySetProtocolShutdown(PipeShutdownKind.ProtocolExitClient));
        Assert.False(_connection.TrySetProtocolShutdown(PipeShutdownKind.ProtocolExitServer));
        Assert.Equal(PipeShutdownKind.ProtocolExitClient, _connection.ShutdownKind);
    }

    [Fact]
    public async Task GetDuplex_OverAStream_CarriesBothWays()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        var accepted = listener.AcceptTcpClientAsync();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var peer = await accepted;
        var duplex = StreamConnection.GetDuplex(client.GetStream(), Small, Small);

        await duplex.Output.WriteAsync("there"u8.ToArray());
        var there = new byte[5];
        await peer.GetStream().ReadExactlyAsync(there);
        await peer.GetStream().WriteAsync("back"u8.ToArray());
        var back = await duplex.Input.ReadAtLeastAsync(4);

        Assert.Equal("there"u8.ToArray(), there);
        Assert.Equal("back"u8.ToArray(), back.Buffer.ToArray());
        ((IDisposable)duplex).Dispose();
        Assert.Equal(0, await peer.GetStream().ReadAsync(there));
    }

    private async Task<byte[]> ReadToEndAsync()
    {
        var all = new List<byte>();
        while (true)
        {
            var result = await _connection.Input.ReadAsync();
            all.AddRange(result.Buffer.ToArray());
            _connection.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return [.. all];
        }
    }
}
