using MoviesNow.ServiceDefaults.Errors;
using Spectre.Console;

namespace MoviesNow.Cli.Transfer;

/// <summary>
/// Shows transfers on the error stream, so that results can be piped: bars with speed and remaining time on a terminal, a plain line now and
/// then elsewhere.
/// </summary>
internal sealed class TransferConsole(TextWriter errors, TimeProvider time)
{
    private const int MaxName = 60;

    /// <summary>Runs work that tells of its progress.</summary>
    /// <param name="name">What is transferred.</param>
    /// <param name="work">The work.</param>
    public async Task<T> RunAsync<T>(string name, Func<ITransferProgress, Task<T>> work)
    {
        var shown = PrintableText.Of(name, MaxName);
        var console = Consoles.On(errors);
        if (!console.Profile.Capabilities.Ansi)
        {
            await using var lines = new TransferLines(shown, errors, time);
            return await work(lines);
        }

        return await console.Progress().AutoClear(enabled: true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(new Bars(shown, context)));
    }

    private sealed class Bars(string name, ProgressContext context) : ITransferProgress
    {
        private ProgressTask? _task;

        public void Begin(string step, long bytes)
        {
            _task?.StopTask();
            _task = context.AddTask(Markup.Escape($"{step} {name}"), maxValue: Math.Max(bytes, 1));
            _task.IsIndeterminate = bytes == 0;
        }

        public void Moved(long bytes) => _task?.Increment(bytes);
    }
}
