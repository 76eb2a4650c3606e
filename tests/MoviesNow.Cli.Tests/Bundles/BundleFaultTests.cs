using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Tests.Uploads;

namespace MoviesNow.Cli.Tests.Bundles;

/// <summary>What happens to the ZIP, and on the way to the bucket, while it is sent.</summary>
[Collection(UploadTestGroup.Name)]
public sealed partial class BundleFaultTests : IDisposable
{
    private readonly UploadHost _host;
    private readonly UploadFiles _files = new();

    public BundleFaultTests(UploadHost host)
    {
        _host = host;
        _host.Gateway.Reset();
    }

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("multipart", -1, "became shorter")]
    [InlineData("multipart", 1, "became longer")]
    [InlineData("multipart", 0, "was written to")]
    [InlineData("multipart", null, "is gone|could not be read any more")]
    [InlineData("single-put", -(6 << 20), "became shorter")]
    [InlineData("single-put", 1, "became longer")]
    public async Task Create_ZipThatChangesWhileItIsSent_FailsAndLeavesNothingToDownload(string method, int? growth, string expected)
    {
        var (zip, title) = (await ZipAsync(), await _host.MovieAsync());
        var bytes = await File.ReadAllBytesAsync(zip);
        var changed = 0;
        _host.Gateway.Before = async _ =>
        {
            if (Interlocked.Exchange(ref changed, 1) == 0)
            {
                await ChangeAsync(zip, bytes, growth);
            }

            return false;
        };

        var ended = await _host.Cli.RunAsync("bundle", "create", title, zip, "--kind", "title-extras", "--method", method, "--publish");

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.Matches($"{expected}|became shorter while it was sent", ended.Errors);
        var bundle = await _host.Cli.OneAsync<Bundle>("bundle", "list", "--title", title);
        Assert.Equal(BundleState.Pending, bundle.State);
        Assert.Contains($"moviesnow bundle delete {bundle.Id}", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);

        // What it says to do leads on.
        await _host.Cli.OutputAsync("bundle", "delete", bundle.Id, "--yes");
        await File.WriteAllBytesAsync(zip, bytes);
        var again = await _host.Cli.OneAsync<Bundle>("bundle", "create", title, zip, "--kind", "title-extras", "--method", method);
        Assert.Equal(BundleState.Verified, again.State);
    }

    [Fact]
    public async Task Create_StorageRefusesForGood_GoesOnWithTheKeyItTold()
    {
        var (zip, title) = (await ZipAsync(), await _host.MovieAsync());
        var others = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.Gateway.AfterStored = _ =>
        {
            if (_host.Gateway.Stored.Count == 2)
            {
                others.TrySetResult();
            }
        };
        _host.Gateway.Before = async context =>
        {
            if (context.Request.Query["partNumber"] != "2")
            {
                return false;
            }

            await others.Task.WaitAsync(TimeSpan.FromMinutes(2));
            return await StorageGateway.RefuseAsync(context, 400, "EntityTooLarge");
        };
        string[] command = ["bundle", "create", title, zip, "--kind", "title-extras", "--method", "multipart"];

        var ended = await _host.Cli.RunAsync(command);

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.StartsWith("The storage refused the upload: 400 EntityTooLarge.", ended.Errors, StringComparison.Ordinal);
        var key = Key().Match(ended.Errors).Groups["key"].Value;
        _host.Gateway.Reset();
        var created = await _host.Cli.OneAsync<Bundle>([.. command, "--idempotency-key", key]);
        Assert.Equal(BundleState.Verified, created.State);

        // Only what was missing was sent.
        Assert.Contains("partNumber=2", Assert.Single(_host.Gateway.Stored), StringComparison.Ordinal);
    }

    private static async Task ChangeAsync(string zip, byte[] bytes, int? growth)
    {
        if (growth is null)
        {
            File.Delete(zip);
            return;
        }

        await using var stream = new FileStream(zip, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.WriteByte((byte)(bytes[0] ^ 1));
        stream.SetLength(bytes.Length + growth.Value);
    }

    /// <summary>A ZIP of three parts.</summary>
    private async Task<string> ZipAsync()
    {
        var zip = Path.Combine(_files.Path, "extras.zip");
        await using var file = File.Create(zip);
        await using var archive = new ZipArchive(file, ZipArchiveMode.Create);
        await using var entry = await archive.CreateEntry("extra.mp4", CompressionLevel.NoCompression).OpenAsync();
        await entry.WriteAsync(RandomNumberGenerator.GetBytes(11 << 20));
        return zip;
    }

    [GeneratedRegex("--idempotency-key (?<key>[0-9a-f-]{36})", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Key();
}
