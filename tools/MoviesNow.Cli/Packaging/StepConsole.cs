using System.Globalization;
using Spectre.Console;

namespace MoviesNow.Cli.Packaging;

/// <summary>
/// Shows on the error stream how far a step has come: a bar with percentage and remaining time on a terminal, a plain line at its beginning, now and
/// then, and at its end elsewhere.
/// </summary>
internal sealed class StepConsole(TextWriter errors, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Runs a step that tells how much of the film it has done.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="whole">The length of the film.</param>
    /// <param name="work">Does it.</param>
    public async Task<T> RunAsync<T>(string name, TimeSpan whole, Func<Action<TimeSpan>, Task<T>> work)
    {
        var console = Consoles.On(errors);
        if (console.Profile.Capabilities.Ansi)
        {
            return await console.Progress().AutoClear(enabled: true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(async context =>
                {
                    var task = context.AddTask(Markup.Escape(name), maxValue: Math.Max(whole.TotalSeconds, 0.001));
                    return await work(done => task.Value = Math.Max(task.Value, done.TotalSeconds));
                });
        }

        var began = time.GetTimestamp();
        var reached = TimeSpan.Zero;
        await errors.WriteLineAsync(name);
        await using (time.CreateTimer(_ => errors.WriteLine(Line(name, reached, whole, time.GetElapsedTime(began))), state: null, Interval, Interval))
        {
            return await work(done => reached = done > reached ? done : reached);
        }
    }

    /// <summary>What a line says, such as <c>Encoding 1080p, 720p, 480p: 25 %, 2.1x, 340 s left</c>.</summary>
    internal static string Line(string name, TimeSpan reached, TimeSpan whole, TimeSpan elapsed)
    {
        var part = whole > TimeSpan.Zero ? Math.Min(reached / whole, 1) : 0;
        var left = part > 0 ? string.Create(CultureInfo.InvariantCulture, $"{(elapsed / part * (1 - part)).TotalSeconds:N0} s left") : "starting";
        return string.Create(CultureInfo.InvariantCulture, $"{name}: {100 * part:0} %, {reached.TotalSeconds / Math.Max(elapsed.TotalSeconds, 0.001):0.0}x, {left}");
    }
}
