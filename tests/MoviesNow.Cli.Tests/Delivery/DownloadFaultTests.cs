using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using MoviesNow.Cli.Tests.Uploads;

namespace MoviesNow.Cli.Tests.Delivery;

/// <summary>What happens on the way from the bucket, and to the program meanwhile.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class DownloadFaultTests : IDisposable
{
    private const int Half = DeliveryHost.Size / 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DeliveryHost _host;
    private readonly DownloadFolder _folder = new();

    // What each request asks for: its range, and of which object.
    private readonly ConcurrentQueue<string> _asked = new();

    public DownloadFaultTests(DeliveryHost host)
    {
        _host = host;
        _host.Gateway.Reset();
        _host.Gateway.Before = context =>
        {
            Note(context);
            return Task.FromResult(false);
        };
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Download_ConnectionCut_GoesOnWhereItBroke()
    {
        var bundle = await _host.PublishedAsync();
        var etag = "";
        _host.Gateway.Relay = async (context, body) =>
        {
            if (_asked.Count == 1)
            {
                etag = context.Response.Headers.ETag.ToString();
                await _folder.RelayBeginningAsync(context, body, Half);
                context.Abort();
                return;
            }

            await body.CopyToAsync(context.Response.Body);
        };

        await DownloadAsync(bundle);

        Assert.Equal([" ", $"bytes={Half}- {etag}"], _asked);
        Assert.Equal(bundle.Bytes, await File.ReadAllBytesAsync(_folder.Target));
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("INT")]
    public async Task Download_EndedInTheMiddle_GoesOnWithTheNextRun(string signal)
    {
        var bundle = await _host.PublishedAsync(requiresToken: true);
        var token = (await _host.Cli.RunAsync("token", "mint", bundle.Id, "--max-uses", "1")).Output.TrimEnd();
        var cli = new CliProcess(_folder.Path, _host.Variables);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.Gateway.Relay = async (context, body) =>
        {
            await _folder.RelayBeginningAsync(context, body, Half);
            held.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        string errors;
        using (var process = cli.Start("download", bundle.Id, "--token", token))
        {
            await held.Task.WaitAsync(Patience);
            using var sent = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
            errors = await process.StandardError.ReadToEndAsync().WaitAsync(Patience);
            await process.WaitForExitAsync().WaitAsync(Patience);
            Assert.NotEqual(0, process.ExitCode);
        }

        Assert.DoesNotContain(DownloadFolder.Name, _folder.Files);
        _host.Gateway.Relay = (context, body) => body.CopyToAsync(context.Response.Body);
        var (exitCode, output, again) = await cli.RunAsync("download", bundle.Id, "--token", token);

        Assert.True(exitCode == 0, again);
        Assert.Equal($"{_folder.Target}\n", output);
        Assert.StartsWith($"bytes={Half}- ", _asked.ElementAt(1), StringComparison.Ordinal);
        Assert.Equal([DownloadFolder.Name], _folder.Files);
        Assert.Equal(bundle.Bytes, await File.ReadAllBytesAsync(_folder.Target));
        if (signal is "INT")
        {
            // Lines about the progress may come before it.
            Assert.EndsWith("Interrupted. What arrived is kept: run the same command again to go on.\n", errors, StringComparison.Ordinal);
            Assert.DoesNotContain(errors, character => char.IsControl(character) && character is not '\n');
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Download_AnotherObjectInBetween_BeginsAgain(bool ignoresIfRange)
    {
        var bundle = await _host.PublishedAsync();
        var other = RandomNumberGenerator.GetBytes(DeliveryHost.Size);
        _host.Gateway.Before = async context =>
        {
            Note(context);
            if (_asked.Count == 1)
            {
                context.Response.ContentLength = other.Length;
                context.Response.Headers.ETag = "\"another\"";
                await _folder.RelayBeginningAsync(context, new MemoryStream(other), Half);
                context.Abort();
                return true;
            }

            if (ignoresIfRange)
            {
                context.Request.Headers.IfRange = default;
            }

            return false;
        };

        await DownloadAsync(bundle);

        string[] expected = ignoresIfRange ? [" ", $"bytes={Half}- \"another\"", " "] : [" ", $"bytes={Half}- \"another\""];
        Assert.Equal(expected, _asked);
        Assert.Equal(bundle.Bytes, await File.ReadAllBytesAsync(_folder.Target));
    }

    [Fact]
    public async Task Download_LinkExpired_AsksForAFreshOneAndSpendsNoToken()
    {
        var bundle = await _host.PublishedAsync(requiresToken: true);
        var token = (await _host.Cli.RunAsync("token", "mint", bundle.Id, "--max-uses", "1")).Output.TrimEnd();
        _host.Gateway.Before = async context =>
        {
            Note(context);
            return _asked.Count == 1 && await StorageGateway.RefuseAsync(context, 403, "AccessDenied");
        };

        await DownloadAsync(bundle, "--token", token);

        Assert.Equal(2, _asked.Count);
        Assert.Equal(bundle.Bytes, await File.ReadAllBytesAsync(_folder.Target));
        var spent = await _host.Cli.RunAsync("link", bundle.Id, "--token", token);
        Assert.StartsWith("PermissionDenied TOKEN_INVALID", spent.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "AccessDenied")]
    [InlineData(404, "NoSuchKey")]
    [InlineData(400, "InvalidRequest")]
    public async Task Download_StorageRefusesForGood_FailsAndSaysWhy(int status, string code)
    {
        var bundle = await _host.PublishedAsync();
        _host.Gateway.Before = context => StorageGateway.RefuseAsync(context, status, code);

        var ended = await _host.Cli.RunAsync("download", bundle.Id, "-o", _folder.Path);

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.StartsWith($"The storage refused the download: {status} {code}.", ended.Errors, StringComparison.Ordinal);
        Assert.Empty(_folder.Files);
    }

    [Theory]
    [InlineData(503, "SlowDown")]
    [InlineData(500, "InternalError")]
    public async Task Download_StorageAwayForAMoment_TriesAgain(int status, string code)
    {
        var bundle = await _host.PublishedAsync();
        _host.Gateway.Before = async context =>
        {
            Note(context);
            return _asked.Count <= 2 && await StorageGateway.RefuseAsync(context, status, code);
        };

        await DownloadAsync(bundle);

        Assert.Equal(bundle.Bytes, await File.ReadAllBytesAsync(_folder.Target));
    }

    [Fact]
    public async Task Download_DamagedOnTheWay_IsAnErrorAndLeavesNoFile()
    {
        var bundle = await _host.PublishedAsync();
        _host.Gateway.Relay = async (context, body) =>
        {
            var first = new byte[1];
            await body.ReadExactlyAsync(first);
            await context.Response.Body.WriteAsync(new[] { (byte)(first[0] ^ 1) });
            await body.CopyToAsync(context.Response.Body);
        };

        var ended = await _host.Cli.RunAsync("download", bundle.Id, "-o", _folder.Path);

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.StartsWith("What arrived is not what the service says: its SHA-256 is ", ended.Errors, StringComparison.Ordinal);
        Assert.Single(_asked);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task Download_PartDamagedSince_BeginsAgain()
    {
        var bundle = await _host.PublishedAsync();
        _host.Gateway.Relay = async (context, body) =>
        {
            await _folder.RelayBeginningAsync(context, body, Half);
            context.Abort();
            _host.Gateway.Before = refused =>
            {
                Note(refused);
                return StorageGateway.RefuseAsync(refused, 400, "InvalidRequest");
            };
        };
        Assert.Equal(1, (await _host.Cli.RunAsync("download", bundle.Id, "-o", _folder.Path)).ExitCode);
        var part = await File.ReadAllBytesAsync(_folder.Part);
        part[Half / 2] ^= 1;
        await File.WriteAllBytesAsync(_folder.Part, part);
        _host.Gateway.Reset();
        _asked.Clear();
        _host.Gateway.Before = context =>
        {
            Note(context);
            return Task.FromResult(false);
        };

        await DownloadAsync(bundle);

        Assert.Equal(2, _asked.Count);
        Assert.Equal(" ", _asked.Last());
        Assert.Equal(bundle.Bytes, await File.ReadAllBytesAsync(_folder.Target));
    }

    /// <summary>Downloads. Lines about the progress may be among the errors.</summary>
    private async Task DownloadAsync(Downloadable bundle, params string[] options)
    {
        var ended = await _host.Cli.RunAsync(["download", bundle.Id, "-o", _folder.Path, .. options]);
        Assert.True(ended.ExitCode == 0, ended.Errors);
    }

    private void Note(HttpContext context) => _asked.Enqueue($"{context.Request.Headers.Range} {context.Request.Headers.IfRange}");
}
