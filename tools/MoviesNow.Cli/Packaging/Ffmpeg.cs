using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Packaging;

/// <summary>Runs ffmpeg and ffprobe, which must be on the <c>PATH</c>.</summary>
internal sealed class Ffmpeg(string program = "ffmpeg", string prober = "ffprobe")
{
    private const string Position = "out_time_us=";
    private const int MaxMessage = 600;
    private const int KeptCharacters = 20_000;

    // ffmpeg's own exit code after a signal, and those of what has no handler: 128 and the number of SIGINT or SIGTERM.
    private static readonly int[] EndedBySignal = [255, 130, 143];

    private static readonly TimeSpan SignalPatience = TimeSpan.FromSeconds(2);

    /// <summary>Probes a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="kind">What it should be, for messages.</param>
    /// <exception cref="CommandException">It is no media file, or ffprobe is missing.</exception>
    public async Task<Probe> ProbeAsync(string file, CancellationToken cancellationToken, string kind = "a film")
    {
        var name = Shown(file);
        if (!File.Exists(file))
        {
            throw new CommandException($"{name} is not there.");
        }

        string[] what = ["-v", "error", "-protocol_whitelist", "file", "-of", "json", "-show_format", "-show_streams", $"file:{Path.GetFullPath(file)}"];
        var (exitCode, output, errors) = await RunAsync(prober, ".", what, cancellationToken);
        if (exitCode != 0)
        {
            throw new CommandException($"{name} cannot be read as {kind}: {Last(errors)} Is it the right file, and copied whole?");
        }

        var probe = ProbeReader.Read(output);
        return probe.Duration > TimeSpan.Zero || probe.Video is null ? probe : probe with { Duration = await LastFrameAsync(file, probe.Video, cancellationToken) };
    }

    /// <summary>Whether this ffmpeg has the filters for high dynamic ranges.</summary>
    public async Task<bool> CanToneMapAsync(CancellationToken cancellationToken)
    {
        var (_, output, _) = await RunAsync(program, ".", ["-hide_banner", "-filters"], cancellationToken);
        return output.Contains(" zscale ", StringComparison.Ordinal) && output.Contains(" tonemap ", StringComparison.Ordinal);
    }

    /// <summary>Width and height of a picture.</summary>
    public async Task<(int Width, int Height)> SizeAsync(string picture, CancellationToken cancellationToken)
    {
        var (_, output, _) = await RunAsync(
            prober, ".", ["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height", "-of", "csv=p=0", picture], cancellationToken);
        var parts = output.Trim().Split(',');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>When the first packet of a rendition is shown, by its clock.</summary>
    public async Task<TimeSpan> StartAsync(string playlist, CancellationToken cancellationToken)
    {
        var (_, output, _) = await RunAsync(
            prober, ".", ["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=start_time", "-of", "csv=p=0", playlist], cancellationToken);
        return TimeSpan.FromSeconds(double.Parse(output.Trim().Split('\n')[0], CultureInfo.InvariantCulture));
    }

    /// <summary>Runs ffmpeg in a folder to its end.</summary>
    /// <param name="folder">The folder that it writes to.</param>
    /// <param name="arguments">What it is told.</param>
    /// <param name="source">The file that the error names.</param>
    /// <param name="progress">Is told how far into the film it is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What it wrote to its error stream.</returns>
    /// <exception cref="CommandException">It failed; the message names the source.</exception>
    public async Task<string> EncodeAsync(
        string folder, IReadOnlyList<string> arguments, string source, Action<TimeSpan> progress, CancellationToken cancellationToken)
    {
        string[] all = ["-hide_banner", "-nostdin", "-nostats", "-y", "-loglevel", "error", "-progress", "pipe:1", .. arguments];
        var (exitCode, _, errors) = await RunAsync(program, folder, all, cancellationToken, line =>
        {
            if (line.StartsWith(Position, StringComparison.Ordinal) && long.TryParse(line[Position.Length..], CultureInfo.InvariantCulture, out var microseconds))
            {
                progress(TimeSpan.FromMicroseconds(Math.Max(0, microseconds)));
            }
        });
        await ThrowIfInterruptedAsync(exitCode, cancellationToken);
        return exitCode == 0 ? errors : throw new CommandException(
            $"ffmpeg failed at {Shown(source)} with {exitCode}: {First(errors)} If the source is damaged, get a whole one, or say --tolerant to pass over the damage.");
    }

    /// <summary>The file's name in quotes, for messages.</summary>
    public static string Shown(string file) => $"'{PrintableText.Of(Path.GetFileName(file), MaxMessage)}'";

    /// <summary>Ctrl-C reaches every process of a terminal: ffmpeg may have ended by it before this one has heard of it.</summary>
    private static async Task ThrowIfInterruptedAsync(int exitCode, CancellationToken cancellationToken)
    {
        if (EndedBySignal.Contains(exitCode))
        {
            await Task.Delay(SignalPatience, cancellationToken);
        }
    }

    private async Task<TimeSpan> LastFrameAsync(string file, VideoTrack video, CancellationToken cancellationToken)
    {
        string[] what =
        [
            "-v", "error", "-protocol_whitelist", "file", "-select_streams", video.Index.ToString(CultureInfo.InvariantCulture),
            "-show_entries", "packet=pts_time", "-of", "csv=p=0", $"file:{Path.GetFullPath(file)}",
        ];
        var (last, first) = (0d, double.MaxValue);
        await RunAsync(prober, ".", what, cancellationToken, line =>
        {
            if (double.TryParse(line.TrimEnd(','), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
            {
                (last, first) = (Math.Max(last, seconds), Math.Min(first, seconds));
            }
        });
        return last > first ? TimeSpan.FromSeconds(last - first + (1 / video.Rate.Value)) : TimeSpan.Zero;
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string program, string folder, IReadOnlyList<string> arguments, CancellationToken cancellationToken, Action<string>? line = null)
    {
        using var process = Start(program, folder, arguments);
        var (output, errors) = (new StringBuilder(), new StringBuilder());
        try
        {
            var reading = ReadAsync(process.StandardOutput, line ?? (text => output.Append(text).Append('\n')));
            await Task.WhenAll(reading, ReadAsync(process.StandardError, text =>
            {
                // The first lines tell the cause, the last ones the result.
                errors.Append(text).Append('\n');
                if (errors.Length > 2 * KeptCharacters)
                {
                    errors.Remove(KeptCharacters / 2, errors.Length - KeptCharacters);
                }
            }));
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, output.ToString(), errors.ToString());
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }

        async Task ReadAsync(StreamReader reader, Action<string> told)
        {
            while (await reader.ReadLineAsync(cancellationToken) is { } text)
            {
                told(text);
            }
        }
    }

    private static Process Start(string program, string folder, IReadOnlyList<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception)
        {
            throw new CommandException($"The program {Path.GetFileName(program)} is not on the PATH: install ffmpeg 5.1 or later (apt-get install ffmpeg, brew install ffmpeg).");
        }
    }

    private static string First(string errors) => Sentence(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault());

    private static string Last(string errors) => Sentence(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault());

    private static string Sentence(string? line) => PrintableText.Of((line ?? "no reason was given").Trim(), MaxMessage).TrimEnd('.') + ".";
}
