using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MoviesNow.Bench.Scenarios;

/// <summary>A server program that ends with the scenario.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    private static readonly TimeSpan MaxStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;

    private ProgramProcess(Process process) => _process = process;

    /// <summary>Processor time that it took so far.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a program, and waits until it listens.</summary>
    /// <param name="start">Which, and how.</param>
    /// <param name="port">Where it will listen on the loopback.</param>
    public static async Task<ProgramProcess> StartAsync(ProcessStartInfo start, int port)
    {
        start.UseShellExecute = false;
        var program = new ProgramProcess(Process.Start(start)!);
        for (var begin = Stopwatch.GetTimestamp(); !await IsListeningAsync(port); await Task.Delay(Pause))
        {
            if (program._process.HasExited || Stopwatch.GetElapsedTime(begin) > MaxStart)
            {
                await program.DisposeAsync();
                throw new InvalidOperationException($"{start.FileName} did not start.");
            }
        }

        return program;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<bool> IsListeningAsync(int port)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
