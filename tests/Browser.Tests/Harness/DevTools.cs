using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;

namespace MoviesNow.Browser.Tests.Harness;

/// <summary>The Chrome DevTools Protocol: numbered JSON commands and events over one WebSocket.</summary>
public sealed class DevTools : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _awaited = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private int _last;
    private Task _receiving = Task.CompletedTask;

    private DevTools()
    {
    }

    public static async Task<DevTools> ConnectAsync(Uri address)
    {
        var tools = new DevTools();
        await tools._socket.ConnectAsync(address, tools._end.Token).WaitAsync(Patience);
        tools._receiving = tools.ReceiveAsync();
        return tools;
    }

    /// <summary>Sends a command and gives its result.</summary>
    public async Task<JsonElement> SendAsync(string method, object parameters, string? session = null)
    {
        var id = Interlocked.Increment(ref _last);
        var answer = Await(id.ToString(CultureInfo.InvariantCulture));
        var command = JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters, sessionId = session }, Options);
        await _sending.WaitAsync(_end.Token);
        try
        {
            await _socket.SendAsync(command, WebSocketMessageType.Text, endOfMessage: true, _end.Token);
        }
        finally
        {
            _sending.Release();
        }

        var message = await answer.WaitAsync(Patience);
        return message.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException($"{method}: {message}");
    }

    /// <summary>The next event of a kind.</summary>
    public Task<JsonElement> NextAsync(string method, string session) => Await($"{session} {method}").WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _receiving;
        _socket.Dispose();
        _sending.Dispose();
        _end.Dispose();
    }

    private static JsonSerializerOptions Options { get; } =
        new() { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    private Task<JsonElement> Await(string what) =>
        _awaited.GetOrAdd(what, _ => new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private async Task ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                using var message = new MemoryStream();
                ValueWebSocketReceiveResult received;
                do
                {
                    received = await _socket.ReceiveAsync(buffer.AsMemory(), _end.Token);
                    message.Write(buffer, 0, received.Count);
                }
                while (!received.EndOfMessage);
                Tell(JsonDocument.Parse(message.ToArray()).RootElement);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or WebSocketException or JsonException)
        {
            foreach (var awaited in _awaited.Values)
            {
                awaited.TrySetException(new InvalidOperationException("The browser is gone.", failure));
            }
        }
    }

    private void Tell(JsonElement message)
    {
        var what = message.TryGetProperty("id", out var id)
            ? id.GetRawText()
            : message.TryGetProperty("sessionId", out var session) ? $"{session.GetString()} {message.GetProperty("method").GetString()}" : "";
        if (_awaited.TryRemove(what, out var awaited))
        {
            awaited.SetResult(message);
        }
    }
}
