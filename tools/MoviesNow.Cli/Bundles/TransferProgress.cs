using Spectre.Console;

namespace MoviesNow.Cli.Bundles;

/// <summary>Shows how far the moving of bytes has come, on a terminal; elsewhere nothing.</summary>
internal static class TransferProgress
{
    /// <param name="writer">The error stream: progress is no result.</param>
    /// <param name="what">What is done.</param>
    /// <param name="bytes">How many bytes there are.</param>
    /// <param name="work">Does it, and tells of each piece.</param>
    public static async Task<T> RunAsync<T>(TextWriter writer, string what, long bytes, Func<Action<long>, Task<T>> work)
    {
        var console = Consoles.On(writer);
        return console.Profile.Out.IsTerminal
            ? await console.Progress().AutoClear(enabled: true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
                .StartAsync(async progress =>
                {
                    var task = progress.AddTask(Markup.Escape(what), maxValue: Math.Max(bytes, 1));
                    return await work(count => task.Increment(count));
                })
            : await work(_ => { });
    }
}
