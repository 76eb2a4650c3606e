using System.Diagnostics;
using Spectre.Console;

namespace MoviesNow.Cli.Demo;

/// <summary>Shows the demo's steps as they happen: with bars on a terminal, a line each elsewhere.</summary>
internal sealed class DemoConsole(IAnsiConsole console)
{
    private const int LogWidth = 500;

    private int _step;

    /// <summary>The console of this process; plain and unwrapped when its output goes to a file or pipe.</summary>
    public static DemoConsole Create()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect });
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = LogWidth;
        }

        return new DemoConsole(console);
    }

    /// <summary>A step that ends with a result worth telling.</summary>
    public async Task<T> StepAsync<T>(string what, Func<Task<T>> work, Func<T, string> result)
    {
        var clock = Stopwatch.StartNew();
        var value = await work();
        Tell(what, result(value), clock.Elapsed);
        return value;
    }

    /// <summary>A step that moves bytes.</summary>
    public async Task<T> TransferAsync<T>(string what, long bytes, Func<Action<long>, Task<T>> work, Func<T, string> result)
    {
        var clock = Stopwatch.StartNew();
        var value = console.Profile.Capabilities.Interactive
            ? await console.Progress().AutoClear(enabled: true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn())
                .StartAsync(async progress =>
                {
                    var task = progress.AddTask(Markup.Escape(what), maxValue: bytes);
                    return await work(count => task.Increment(count));
                })
            : await work(_ => { });
        Tell(what, result(value), clock.Elapsed);
        return value;
    }

    private void Tell(string what, string result, TimeSpan elapsed) =>
        console.MarkupLineInterpolated($"[green]{++_step,2}.[/] {what}: {result} [grey]({elapsed.TotalMilliseconds:N0} ms)[/]");
}
