using System.Net.Sockets;
using System.Text;

namespace MoviesNow.EmbeddedServers.Tests;

/// <summary>Just enough of the Redis protocol to ask a server one thing at a time.</summary>
internal sealed class RespClient : IDisposable
{
    private readonly TcpClient _client;
    private readonly StreamReader _reader;

    public RespClient(int port)
    {
        _client = new TcpClient("127.0.0.1", port);
        _reader = new StreamReader(_client.GetStream(), Encoding.Latin1);
    }

    /// <summary>Sends a command of words and returns the reply, arrays in brackets.</summary>
    public async Task<string> AskAsync(params string[] words)
    {
        var command = new StringBuilder().Append('*').Append(words.Length).Append("\r\n");
        foreach (var word in words)
            command.Append('$').Append(word.Length).Append("\r\n").Append(word).Append("\r\n");
        await _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(command.ToString()));
        return await ReplyAsync();
    }

    public async Task<string> ReplyAsync()
    {
        var line = await _reader.ReadLineAsync() ?? throw new IOException("The server closed the connection.");
        switch (line[0])
        {
            case '$' when line == "$-1":
            case '*' when line == "*-1":
                return "(nil)";
            case '$':
                return (await _reader.ReadLineAsync())!;
            case '*':
                var items = new List<string>();
                for (var i = int.Parse(line.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture); i > 0; i--)
                    items.Add(await ReplyAsync());
                return $"[{string.Join(' ', items)}]";
            case '-':
                return line;
            default:
                return line[1..];
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _client.Dispose();
    }
}
