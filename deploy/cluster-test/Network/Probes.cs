using System.Net.Sockets;
using MoviesNow.EmbeddedServers;

namespace MoviesNow.ClusterTest.Network;

/// <summary>How to know that a server of the cluster answers.</summary>
internal static class Probes
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero })
    {
        Timeout = TimeSpan.FromSeconds(2),
    };

    /// <summary>Ready when a GET is answered with success.</summary>
    public static ReadinessProbe Page(string url) => async token => await StatusAsync(url, token) is >= 200 and < 300;

    /// <summary>Ready when a port takes connections.</summary>
    public static ReadinessProbe Port(string address, int port) => async token =>
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(address, port, token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    };

    /// <summary>The status of a page; 0 when there is no answer.</summary>
    public static async Task<int> StatusAsync(string url, CancellationToken cancellationToken = default)
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri(url), cancellationToken);
            return (int)answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return 0;
        }
    }

    /// <summary>The clock of the server that answers a page.</summary>
    public static async Task<DateTimeOffset?> ClockAsync(string url)
    {
        using var answer = await Http.GetAsync(new Uri(url));
        return answer.Headers.Date;
    }

    /// <summary>Asks until a condition holds.</summary>
    /// <exception cref="TimeoutException">It did not come about; the message says what.</exception>
    public static async Task UntilAsync(string what, TimeSpan limit, Func<Task<bool>> condition)
    {
        using var end = new CancellationTokenSource(limit);
        while (!await condition())
        {
            if (end.IsCancellationRequested)
            {
                throw new TimeoutException($"{what}: not within {limit.TotalSeconds:0} s.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }
}
