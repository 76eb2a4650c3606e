using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Tests.Uploads;

/// <summary>The program as it is run, stopped and run again.</summary>
[Collection(UploadTestGroup.Name)]
public sealed class UploadProcessTests : IDisposable
{
    private const int Parts = 8;
    private const int PartsBeforeTheEnd = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly UploadHost _host;
    private readonly UploadFiles _files = new();
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _puts;

    public UploadProcessTests(UploadHost host)
    {
        _host = host;
        _host.Gateway.Reset();
    }

    private CliProcess Cli => new(_files.Path, _host.Variables);

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Upload_KilledInTheMiddle_GoesOnWithWhatIsMissing()
    {
        var (_, bytes) = await _files.CreateAsync("film.mp4", (int)(Parts * UploadHost.PartSize) - 1);
        var title = await _host.MovieAsync();
        using (var process = await StartAndHoldAsync(title))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        var before = _host.Gateway.Stored.ToHashSet(StringComparer.Ordinal);
        _host.Gateway.Reset();
        var (exitCode, output, errors) = await Cli.RunAsync("upload", "film.mp4", "--title", title, "--method", "multipart", "--resume", "--json");

        Assert.Equal((0, ""), (exitCode, errors));
        var done = JsonParser.Default.Parse<FinalizeUploadResponse>(output);
        Assert.Equal(PartsBeforeTheEnd, before.Count);
        Assert.Equal(Parts - PartsBeforeTheEnd, _host.Gateway.Stored.Count);
        Assert.Equal(bytes, await _host.ObjectAsync(done.Upload.StorageKey));
    }

    [Fact]
    public async Task Upload_Interrupted_SaysHowToGoOnAndGoesOn()
    {
        var (_, bytes) = await _files.CreateAsync("film.mp4", (int)(Parts * UploadHost.PartSize) - 1);
        var title = await _host.MovieAsync();
        string errors;
        using (var process = await StartAndHoldAsync(title))
        {
            using var signal = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
            errors = await process.StandardError.ReadToEndAsync().WaitAsync(Patience);
            await process.WaitForExitAsync().WaitAsync(Patience);
            Assert.Equal(1, process.ExitCode);
        }

        _host.Gateway.Reset();
        var (exitCode, output, _) = await Cli.RunAsync("upload", "film.mp4", "--title", title, "--method", "multipart", "--resume");

        // Lines about the progress come before it.
        Assert.StartsWith("Interrupted. What was sent is kept until ", errors[errors.IndexOf("Interrupted", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.DoesNotContain(errors + output, character => char.IsControl(character) && character is not '\n');
        Assert.Equal((0, Parts - PartsBeforeTheEnd), (exitCode, _host.Gateway.Stored.Count));
        var upload = Assert.Single((await _host.Uploads.ListUploadsAsync(new ListUploadsRequest { TitleId = title })).Uploads);
        Assert.Equal(bytes, await _host.ObjectAsync(upload.StorageKey));
    }

    /// <summary>Starts an upload; when this ends, some parts are stored and others under way, and stay so.</summary>
    private async Task<Process> StartAndHoldAsync(string title)
    {
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.Gateway.AfterStored = _ =>
        {
            if (_host.Gateway.Stored.Count == PartsBeforeTheEnd)
            {
                stored.TrySetResult();
            }
        };
        _host.Gateway.Before = async context =>
        {
            if (Interlocked.Increment(ref _puts) <= PartsBeforeTheEnd)
            {
                return false;
            }

            _held.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        var process = Cli.Start("upload", "film.mp4", "--title", title, "--method", "multipart");
        await Task.WhenAll(stored.Task, _held.Task).WaitAsync(Patience);
        return process;
    }
}
